"""International domain names, compared with the packages that define them."""

import idna
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from users_uc import domains
from users_uc.domains import InvalidDomainError, as_a_labels

# Letters of several scripts and directions, marks, digits, and characters with rules of their own.
CHARACTERS = st.one_of(
    st.sampled_from("abz09-"),
    st.sampled_from("ßüÜéıαωЯяאתبي"),
    st.sampled_from("क्षกี가高丽カー𐐨😀"),
    st.sampled_from("\u00ad\u00b7l\u0301\u0375\u05f3\u0660\u06f1\u200c\u200d\u30fb\uff0e"),
    st.characters(),
)
LABELS = st.text(CHARACTERS, max_size=8)
A_LABELS = LABELS.map(lambda label: "xn--" + label.encode("punycode", "ignore").decode())
DOMAINS = st.lists(LABELS | A_LABELS, min_size=1, max_size=4).map(".".join)


def expected(domain: str) -> str | None:
    """Return the domain as the package `idna` encodes it, or `None` if it is invalid."""
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode()
    except idna.IDNAError:
        return None


def encoded(domain: str) -> str | None:
    try:
        return as_a_labels(domain)
    except InvalidDomainError:
        return None


@given(DOMAINS)
@example("bücher.example")
@example("xn--bcher-kva.example")
@example("xn---bbk.example")
@example("l·l.example")
@example("\u05d0\u0660.example")
@example("ü--x.-ü.ü-")
def test_a_domain_is_encoded_like_idna_encodes_it(domain: str) -> None:
    assume(not domain.endswith((".", "\u3002", "\uff0e", "\uff61")))  # idna keeps a last dot
    assert encoded(domain) == expected(domain)


@pytest.mark.parametrize(
    "domain",
    [
        "\u30fb" * 245 + ".de",
        "\u0628" + "\u0661" * 240 + ".de",
        "".join(map(chr, range(0x4E00, 0x4EF0))) + ".de",
        "a" + "\u0301" * 240 + ".de",
        ".".join("ü" * 11),
        "ü" * 60 + ".de",
        "xn--" + "a" * 60 + ".de",
        "ü" * 500_000,
    ],
)
def test_a_crafted_domain_is_rejected_before_it_is_examined(
    domain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of these checks grows with the square of the length."""
    domains._a_label.cache_clear()
    domains._a_label("de")
    for owner, name in ((idna, "check_label"), (domains, "idna_to_ascii")):
        monkeypatch.setattr(owner, name, pytest.fail)
    with pytest.raises(InvalidDomainError):
        as_a_labels(domain)


@pytest.mark.parametrize("character", ["\u0661", "\u30fb", "\u200c"])
def test_a_label_with_many_characters_that_depend_on_others_is_rejected(
    character: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = "\u0628" + character * 13
    examined: list[str] = []
    check_label = idna.check_label

    def recorded(text: str) -> None:
        examined.append(text)
        check_label(text)

    monkeypatch.setattr(idna, "check_label", recorded)
    with pytest.raises(InvalidDomainError):
        as_a_labels(label)
    assert label not in examined


def test_each_domain_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    remap = idna.uts46_remap

    def counted(domain: str, **options: bool) -> str:
        calls.append(domain)
        return remap(domain, **options)

    monkeypatch.setattr(idna, "uts46_remap", counted)
    for _ in range(3):
        assert encoded("counted-bücher.example") == "xn--counted-bcher-4ob.example"
        assert encoded("-wrong-bücher.example") is None
    assert calls == ["counted-bücher.example", "-wrong-bücher.example"]
