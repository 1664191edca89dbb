"""The users' table, and what the API shows of it."""

import uuid
from datetime import datetime

from sqlmodel import Field, SQLModel


class UserBase(SQLModel):
    """Shared properties."""

    email: str = Field(unique=True, index=True, max_length=254)
    name: str = Field(max_length=150)
    phone: str = Field(max_length=32)
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False
    date_joined: datetime
    import_id: uuid.UUID | None = None


class User(UserBase, table=True):
    """Database model: the table of the service that this one is compared with."""

    __tablename__ = "users_uc_user"

    id: int | None = Field(default=None, primary_key=True)
    password: str
    token_version: int = 0


class UserPublic(UserBase):
    """Properties to return via API."""

    id: int


class UsersPublic(SQLModel):
    """A page."""

    data: list[UserPublic]


class Token(SQLModel):
    """JSON payload containing access token."""

    access_token: str
    token_type: str = "bearer"


class TokenPayload(SQLModel):
    """Contents of JWT token."""

    sub: int | None = None
