"""What counts as a mail address or a telephone number, and what a text is without it."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtm_mapper.contacts import find_contact, without_contact


@pytest.mark.parametrize(
    "contact",
    [
        *("jane.doe@example.org", "ocha-im+bgd@example.co.uk", "jane1234567@example.org"),
        *("+880 1711-123456", "+8801711123456", "00223 66 77 88 99", "+1 234 567 8901", "+1 234 567"),
        *("0799 12 34 56", "0799123456", "022.730.91.11", "675-123-456", "7301234", "66 22 11 00"),
        *("(022) 730 91 11", "+41 (0)22 730 91 11", "0 (532) 123 45 67", "(675) 123 456", "022/730 91 11"),
        *("2022 3344", "1 234 567 8901", "0 800 123 456", "+ 41 22 730 91 11", "730-1234"),
        *(
            "٠١٧١١١٢٣٤٥٦",
            "+٨٨٠ ١٧١١ ١٢٣٤٥٦",
            "۰۷۹ ۱۲۳ ۴۵۶۷",
            "+880\N{NO-BREAK SPACE}1711\N{NON-BREAKING HYPHEN}123456",
        ),
        "+963\N{LEFT-TO-RIGHT MARK}944123456",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "See {} now", "Tel:{}.", "({}; Jane)", "«{}»", "2026-11-22 – {}", "{}, 2026"]
)
def test_a_contact_is_found_as_it_was_typed(contact: str, around: str) -> None:
    assert find_contact(around.format(contact)) == contact


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "OCHA",
            "Ext. 1234",
            "Camp 4 Extension",
            "3W @ OCHA",
            "@iom",
            "12:30 - 14:00",
            "1,200,000 people",
        ),
        *("2026-11-22", "22.11.2026", "22/11/2026", "2026-11-22 10:00", "٢٠٢٦-١١-٢٢", "5.12.2026"),
        *(
            "2025-2026",
            "2025–2026",
            "2019, 2020, 2021",
            "2019 2020 2021",
            "Phase 2 2025-2026",
            "11/2026-12/2027",
        ),
        *("2026-11-22 - 2026-12-01", "22.11.2026-31.12.2026", "22-25.11.2026", "01.2026-03.2026"),
        *(
            "1 234 567",
            "1,234,567",
            "1.234.567",
            "1'234'567",
            "1’234’567",
            "1\N{NARROW NO-BREAK SPACE}234\u202f567",
        ),
        *("1 234 567,50", "1 200 000 - 1 500 000", "500-1000 families", "12 345 678 (2024)", "١٬٢٣٤٬٥٦٧"),
        *("BGD12345678", "ABC-1234567", "DTM_20261122", "#1234567", "$1234567", "1234567abc"),
        *("12.639232, -8.002912", "13,5123456", "Resolution 2417 (2018)"),
        *("https://dtm.example/node/1234567", "www.example.org/1234567-a"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "See {} now", "({}).", "«{}»"])
def test_dates_sums_years_and_identifiers_are_no_contact(text: str, around: str) -> None:
    assert find_contact(around.format(text)) == ""


@pytest.mark.parametrize(
    ("text", "rest", "contact"),
    [
        ("Jane Doe, jane.doe@example.org", "Jane Doe", "jane.doe@example.org"),
        ("Jane Doe, jane@example.org, OCHA", "Jane Doe, OCHA", "jane@example.org"),
        ("OCHA (ocha-im+bgd@example.co.uk)", "OCHA", "ocha-im+bgd@example.co.uk"),
        ("OCHA [(jane@example.org)], Dhaka", "OCHA, Dhaka", "jane@example.org"),
        ("OCHA (Jane, jane@example.org)", "OCHA (Jane)", "jane@example.org"),
        ("OCHA (jane@example.org; Jane)", "OCHA (Jane)", "jane@example.org"),
        ("Call +880 1711-000000 first", "Call first", "+880 1711-000000"),
        ("Cell <0171 1000 000>", "Cell", "0171 1000 000"),
        ("OCHA - 0799 12 34 56", "OCHA", "0799 12 34 56"),
        ("Contact: 0799 12 34 56. Ask first", "Contact. Ask first", "0799 12 34 56"),
        ("jane@example.org / 0799123456", "0799123456", "jane@example.org"),
        ("المنسق، ٠١٧١١١٢٣٤٥٦، دكا", "المنسق، دكا", "٠١٧١١١٢٣٤٥٦"),
        ("One line\njane@example.org\n\nAnother  line", "One line\n\nAnother  line", "jane@example.org"),
        ("jane@example.org", "", "jane@example.org"),
        ("(jane@example.org),", "", "jane@example.org"),
        ("Camp 4, 2025-2026", "Camp 4, 2025-2026", ""),
    ],
)
def test_a_text_without_its_contact_has_no_empty_brackets_and_commas(
    text: str, rest: str, contact: str
) -> None:
    assert without_contact(text) == (rest, contact)


dates = st.dates(date(1900, 1, 1), date(2099, 12, 31))
texts = st.text() | st.lists(
    st.sampled_from([*"0123456789٣+-.,()/@ \n", "2026", "a", "0799123456", "j@x.org", "(", ", "]), max_size=30
).map("".join)
groups = st.lists(st.integers(0, 999).map(str), min_size=1, max_size=6)


@given(texts)
def test_any_text_keeps_its_letters_and_loses_one_contact_at_most(text: str) -> None:
    rest, contact = without_contact(text)
    assert contact == find_contact(text)
    if not contact:
        assert rest == text
        return
    letters = [Counter(filter(str.isalnum, part)) for part in (text, contact, rest)]
    assert letters[0] - letters[1] == letters[2]
    assert "@" in contact or sum(map(str.isdecimal, contact)) >= 7


@given(groups, st.sampled_from(["", " ", "-", "."]))
def test_a_number_that_begins_with_a_plus_is_a_contact_from_seven_digits_on(
    groups: list[str], sign: str
) -> None:
    number = "+" + sign.join(groups)
    found = find_contact(f"Call {number}, please")
    assert found == (number if sum(map(len, groups)) >= 7 else "")


@given(
    st.integers(1, 999), st.lists(st.integers(0, 999), min_size=1, max_size=4), st.sampled_from(" .,'’\u202f")
)
def test_a_sum_in_groups_of_three_is_no_contact(first: int, groups: list[int], sign: str) -> None:
    number = sign.join([str(first), *(f"{group:03}" for group in groups)])
    assert find_contact(f"For {number} people") == ""


@given(dates, dates, st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y"]))
def test_dates_and_ranges_of_dates_are_no_contact(first: date, last: date, form: str) -> None:
    for text in (
        first.strftime(form),
        f"{first.strftime(form)} - {last.strftime(form)}",
        f"{first.year}-{last.year}",
    ):
        assert find_contact(f"From {text} on") == ""
