"""The history of imports."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.request import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from rest_framework.request import Request

from console.outcomes import NAMES, chart
from console.page import Page
from core.http.pagination import CursorPages
from tasks.models import ImportJob
from tasks.status.history import Search
from tasks.views.jobs import visible_jobs
from users_uc.auth import caller

_STATES: Final = {
    "running": ImportJob.UNFINISHED,
    "done": (ImportJob.Status.SUCCESS,),
    "failed": (ImportJob.Status.FAILURE,),
    "cancelled": (ImportJob.Status.REVOKED,),
}


class _NewestFirst(CursorPages):
    page_size = 25
    page_size_query_param = ""
    ordering = "-created_at"


class HistoryView(Page):
    """The caller's imports, newest first; those of all users for a superuser who asks for them."""

    section = "history"

    def get(self, request: Request) -> HttpResponse:
        params, pages = request.query_params, _NewestFirst()
        found, until = _search(params).among(self._jobs(params))
        page = pages.paginate_queryset(found, request, self) or []
        links = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
        return self.page(
            "history.html",
            rows=[(job, _chart(job)) for job in page],
            params=params,
            is_filtered=any(params.get(name) for name in ("state", "from", "to", "name")),
            pages={name: urlsplit(link).query for name, link in links.items() if link},
            older="" if links["next"] else _older(params, until),
        )

    def _jobs(self, params: QueryDict) -> QuerySet[ImportJob]:
        jobs = visible_jobs(caller(self.request)).select_related("owner")
        is_all = params.get("whose") == "all"
        return jobs if is_all else jobs.filter(owner=caller(self.request))


def _chart(job: ImportJob) -> Any:
    return chart({name: getattr(job, name) for name in NAMES}, rows=job.rows)


def _search(params: QueryDict) -> Search:
    first, last = _day(params.get("from", "")), _day(params.get("to", ""))
    until = _moment(params.get("until", ""))
    return Search(
        states=_STATES.get(params.get("state", ""), ()),
        file_name=params.get("name", "").replace("\0", ""),
        since=_midnight(first) if first else None,
        until=until or (_midnight(last + timedelta(days=1)) if last else None),
    )


def _older(params: QueryDict, until: datetime | None) -> str:
    """Return the query of the same search among older imports, or nothing if there are none."""
    if until is None:
        return ""
    query = params.copy()
    query["until"] = until.isoformat()
    query.pop("cursor", None)
    return query.urlencode()


def _day(text: str) -> date | None:
    """Return the day of an input, or `None` if it is empty or no day."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
