"""The choice of an encoding for a file that is not UTF-8."""

import time

import pytest

from tasks.reading import guessing
from tasks.reading.guessing import guess

POLISH = "Łukasz Żółć;Paweł Wójcik;Małgorzata Dąbrowska"
CZECH = "Jiří Dvořák;Kateřina Růžičková;Ondřej Němec;Božena Šťastná;Zdeněk Čermák;Věra Hájková"
TURKISH = "Ayşe Yılmaz;Çağla Şahin;Işıl Doğan;Uğur Kılıç;Tuğba Öztürk;Barış Çelik"  # noqa: RUF001
RUSSIAN = "Иван Щербаков;Юлия Семёнова"
GREEK = "Γιώργος Παπαδόπουλος;Άννα Ξένου"
FRENCH = "François Lefèvre;Hélène Béranger;Zoë Noël"
GERMAN = "Jürgen Müller;Käthe Groß"
SPANISH = "Íñigo Muñoz;José Núñez;Begoña Peña;Sofía Cañizares"
ICELANDIC = "Guðrún Þórðardóttir;Sigríður Jónsdóttir;Ásta Hlöðversdóttir"
JAPANESE = "表 健一;佐藤 さくら;ソノダ ケンジ;渡辺 直樹"
CHINESE = "张伟;王秀英;赵建国;徐丽;杨志强"
TAIWANESE = "陳志明;許淑芬;黃建宏;劉美玲"
KOREAN = "김민준;이서연;박영희"


def file(names: str, encoding: str) -> bytes:
    rows = [f"{name},user{number}@x.com" for number, name in enumerate(names.split(";"))]
    return "\r\n".join(["Name,Email", *rows, ""]).encode(encoding)


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (POLISH, "windows-1250"),
        (POLISH, "iso-8859-2"),
        (CZECH, "windows-1250"),
        (TURKISH, "windows-1254"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "ibm866"),
        (GREEK, "windows-1253"),
        (GREEK, "iso-8859-7"),
        (FRENCH, "windows-1252"),
        (FRENCH, "macintosh"),
        (GERMAN, "windows-1252"),
        (GERMAN, "ibm850"),
        (SPANISH, "windows-1252"),
        (ICELANDIC, "windows-1252"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (CHINESE, "gb18030"),
        (TAIWANESE, "big5"),
        (KOREAN, "euc-kr"),
    ],
)
def test_names_are_read_as_they_were_written(names: str, encoding: str) -> None:
    data = file(names, encoding)
    assert data.decode(guess([data]).encoding) == data.decode(encoding)


@pytest.mark.parametrize(
    "name",
    ["José", "Zoë", "Noè", "Müller", "Þóra", "D\u2019Ávila", "\u201cAna\u201d São", "º", "€"],
)
def test_one_western_name_is_windows_1252(name: str) -> None:
    assert guess([file(name, "windows-1252")]).encoding == "windows-1252"


def test_names_that_only_their_letters_betray_need_no_further_names() -> None:
    """`Łukasz` is `£ukasz` in Windows-1252, and no name."""
    found = guess([file("Łukasz Żółć", "windows-1250")])
    assert found.encoding == "windows-1250"


def test_the_alternatives_name_what_a_small_file_may_be() -> None:
    found = guess([file("Jiří Dvořák", "windows-1250")])
    assert "windows-1250" in (found.encoding, *found.alternatives)
    assert found.encoding not in found.alternatives
    assert len(found.alternatives) <= 3


def test_an_encoding_of_several_bytes_must_fit_the_whole_file() -> None:
    """Fails if the first block decides."""
    japanese = file(JAPANESE, "shift_jis")
    assert guess([japanese, japanese]).encoding == "shift_jis"
    assert guess([japanese, b"Jos\xe9,jose@x.com\r\n"]).encoding != "shift_jis"
    assert guess([japanese, b"\x95"]).encoding != "shift_jis"


def test_characters_may_be_split_between_blocks() -> None:
    data = file(JAPANESE, "shift_jis")
    blocks = [data[start : start + 1] for start in range(len(data))]
    assert guess([*blocks[:-20], b"".join(blocks[-20:]), data]).encoding == "shift_jis"


@pytest.mark.parametrize(
    ("names", "encoding", "superset"),
    [
        (JAPANESE + ";髙橋 誠;﨑山 優", "cp932", "cp932"),
        (KOREAN + ";똠방 각하", "cp949", "cp949"),
    ],
)
def test_the_superset_is_taken_if_the_file_needs_it(
    names: str, encoding: str, superset: str
) -> None:
    assert guess([file(names, encoding)]).encoding == superset


def test_damaged_utf8_stays_windows_1252_with_utf8_as_the_first_alternative() -> None:
    found = guess([file(FRENCH + ";" + GERMAN, "utf-8") + b"Jos\xe9,j@x.com\r\n"])
    assert found.encoding == "windows-1252"
    assert found.alternatives[0] == "utf-8"


def test_a_few_damaged_cells_do_not_change_a_western_file() -> None:
    data = file(SPANISH + ";" + FRENCH + ";" + GERMAN, "windows-1252")
    assert guess([data + b"Ana\x8d,ana@x.com\r\n"]).encoding == "windows-1252"


def test_a_western_file_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "_SAMPLE_SIZE", 10)
    blocks = iter([file(FRENCH, "windows-1252"), file(GERMAN, "windows-1252"), b"\xe9", b"left"])
    guess(blocks)
    assert next(blocks) == b"\xe9"


def seconds_for(data: bytes) -> float:
    """Return the CPU seconds that the guess takes at least. Other processes can make it slower."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        guess([data])
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize(
    ("start", "repeated"), [(b"\xe9 ", b"a"), (b"", b"\xe9"), (b"", b"a\xe9")], ids=range(3)
)
def test_a_word_of_ten_times_the_length_takes_less_than_thirty_times_as_long(
    start: bytes, repeated: bytes
) -> None:
    """Fails if the time grows with the square of the length of a word."""
    guess([start + repeated])  # fills the caches
    long, longer = (start + repeated * length + b"\xe9" for length in (50_000, 500_000))
    assert seconds_for(longer) < 30 * seconds_for(long)


def test_bytes_without_words_are_windows_1252() -> None:
    assert guess([b"email\n\x80\n"]).encoding == "windows-1252"
    assert guess([]).encoding == "windows-1252"


def test_the_whole_file_decides_also_behind_the_sample() -> None:
    """A byte that no character of Shift_JIS has stands in the last of many blocks."""
    block = file(JAPANESE, "shift_jis") * 3000
    assert guess([block] * 4).encoding == "shift_jis"
    assert guess([*[block] * 4, b"\xff"]).encoding != "shift_jis"
