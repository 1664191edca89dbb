"""Numbers and durations as people read them."""

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from core.http.language import number

register = template.Library()


@register.filter
def grouped(value: int) -> str:
    """Return the number with the separators of the language: 1,000 or 1.000."""
    return number(value)


@register.filter
def size(value: int) -> str:
    """Return a number of bytes in decimal units, in which MAX_UPLOAD_SIZE is a round number."""
    amount, unit = float(value), ""
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    if not unit:
        return _("{count} bytes").format(count=number(value))
    amount = round(amount, 1)
    text = formats.number_format(amount, decimal_pos=0 if amount.is_integer() else 1)
    return f"{text} {unit}"


@register.filter
def duration(seconds: float) -> str:
    """Return a duration in its two largest units."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)
