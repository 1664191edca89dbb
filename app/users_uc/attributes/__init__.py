"""Attributes of users that superusers declare. The modules of this package know no Django."""
