"""Numbers that belong to one person: of taxpayers, passports, the register, accounts, cards and telephones."""

from __future__ import annotations

import re
from datetime import date

from models.personal import Found, Personal, PersonalKind, after, before, nearest, of_match, words

_NO_NUMBER = re.compile(
    r"UA-\d{4}-\d\d-\d\d-\d{6}-\w+(?:-\w+)?|\d{10}:\d\d:\d{3}:\d{4}|https?://\S+", re.IGNORECASE
)  # of procurements and plots; addresses of pages

_TEN = re.compile(r"(?<![\d.,:/-])\d{10}(?![\d:]|[.,/-]\d)")
_TAX = words(
    r"РНОКПП|\bІПН\b|\bІНН\b|ідентифікаційн\w+ (?:номер|код)|облікової картки|податков\w+ номер"
    r"|ід(?:ент)?\. ?(?:номер|код)"
)
_NOT_TAX = words(
    r"КОАТУУ|КАТОТТГ|кадастр|ЄДРПОУ|\bДК\b|тел\b|факс|рахун|КПКВК|КЕКВ|\bкод\b|\bлот|реєстраційн|справ|проваджен"
    r"|\b(?:вх|вих)\.|замовлен|ISBN|ISSN|артикул|сум[аіиу]\b|№\s*$|номер\w* (?:документ|акт|договор|об.єкт)"
)
_MONEY = words(r"\s*(?:грн|гривень|гривні|тис\.|млн|UAH|₴)")
_WEIGHTS = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
_BORN = range(10_000, 47_500)  # days from the end of 1899: from 1927 to 2030

_BOOKLET = re.compile(
    r"(?<![\w])[А-ЯІЇЄҐA-Z]{2}\s{0,2}(?:№|N|No\.?)?\s{0,2}\d{6}(?!\d|[.,/-]\d)", re.IGNORECASE
)
_NINE = re.compile(r"(?<![\d.,/-])\d{9}(?!\d|[.,/-]\d)")
_PASSPORT = words(r"паспорт|посвідч\w+ особ|посвідчення|(?:ID|ІД|айді)[- ]?карт")
_SERIES = words(r"\bсері[яїю]\b")
_NO_PASSPORT = words(
    r"(?:технічн|енергетичн|ветеринарн|санітарн|бюджетн)\w* паспорт|паспорт\w* (?:бюджет|об.єкт|будин|про[єе]кт"
    r"|програм|прив|водн|територ|громади\b|техн|якост|безпек|фасад|міст)|свідоцтв|ліценз|державн\w+ акт|бланк|поліс"
    r"|диплом|атестат|накладн|сертифікат|договор|договір|реєстраційн|\bлот|рішенн|наказ|розпорядж"
)
_PATRONYMIC = re.compile(r"[А-ЯІЇЄҐ][а-яіїєґ'’ʼ]+(?:ович|йович|івн|ївн|ич)(?:а|у|ем|и|і|ою|ої|ій)?\b")

_REGISTER = re.compile(r"(?<![\d-])(\d{4})(\d\d)(\d\d)(-?)\d{5}(?![\d-])")
_REGISTERED = words(r"УНЗР|унікальн\w+ номер|запис\w* в .{0,20}реєстрі")
_OLD_ENOUGH = range(1915, 2013)  # later days stand in numbers of documents too

_IBAN = re.compile(r"(?<!\w)UA\s?(?:\d\s?){26}\d(?!\d)", re.IGNORECASE)
_OF_PEOPLE = (
    "262",
    "263",
    "2909",
    "2924",
)  # balance accounts of people: current, deposits, what goes to cards
_OF_TRADERS = ("2600", "2604", "2650")  # of enterprises, and of people who trade
_TRADER = words(r"\bФОП\b|фізичн\w+ особ")
_ENTERPRISE = words(r"ЄДРПОУ\D{0,15}\d{8}(?!\d)")

_CARD = re.compile(r"(?<![\d])[45]\d{3}(?:[ -]?\d{4}){3}(?!\d)")

_GAP = r"[\s().\-–‑]{0,3}"
_MOBILE = re.compile(
    rf"(?<![\d+.,/])(?:\+?{_GAP}38{_GAP})?\(?0{_GAP}(?:39|50|6[3678]|7[357]|89|9[1-9])\)?{_GAP}\d(?:{_GAP}\d){{6}}(?!\d)"
)
_AT_HOME = re.compile(
    r"дом(?:ашн\w*|\.)\s{0,2}(?:тел\w*\.?|т\.)\s{0,2}:?\s{0,2}(?P<number>\(?\d[\d()\s-]{3,15}\d)",
    re.IGNORECASE,
)
OFFICE = words(
    r"приймальн|гаряч\w+ ліні|довідк|довідок|диспетчер|чергов|черговий|контакт-?центр|кол-?центр|call|відділ|управлінн"
    r"|департамент|ЦНАП|центр\w*|реєстратур|служб\w*|канцеляр|рад[аиі]\b|виконком|лікарн|школ|заклад|бібліотек|музе"
    r"|підприємств|посадов|голов[аи]\b|секретар|директор|начальник|депутат|керівник|завідувач|прес-|редакц|каси?\b"
    r"|спеціаліст|староста|старост|комісі|інспектор|оператор|графік|прийом\w*|запис на"
)
PRIVATE = words(
    r"\bмоб|особист|заявник|\bгр\.|громадян(?:ин|к)|мешкан(?:ець|ця|ка|ки)|власни[кц]|\bФОП\b|фізичн\w+ особ|мат[иі]р"
    r"|батьк[ао]|орендар|абонент|скаржни|домашн|постраждал|родич"
)


def numbers(text: str) -> Found:
    """Every number in *text* that belongs to one person."""
    accounts = list(_IBAN.finditer(text))
    taken = [match.span() for match in (*accounts, *_NO_NUMBER.finditer(text))]
    yield from (of_match(PersonalKind.ACCOUNT, one) for one in accounts if _is_persons_account(text, one))
    for one in (
        *_tax_numbers(text),
        *_passports(text),
        *_register_numbers(text),
        *_cards(text),
        *_phones(text),
    ):
        if not any(one.overlaps(*span) for span in taken):
            yield one


def _tax_numbers(text: str) -> Found:
    for match in _TEN.finditer(text):
        context = before(text, match.start(), 60)
        called, called_else = nearest(_TAX, context), nearest(_NOT_TAX, context)
        is_money = _MONEY.match(after(text, match.end(), 12)) is not None
        if called >= max(called_else, 0) or (called_else < 0 and not is_money and _is_tax_number(match[0])):
            yield of_match(PersonalKind.TAX_NUMBER, match)


def _is_tax_number(digits: str) -> bool:
    """The last digit is the check of the others, and the first five are a day on which somebody was born."""
    check = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11 % 10
    return check == int(digits[-1]) and int(digits[:5]) in _BORN


def _passports(text: str) -> Found:
    for match in (*_BOOKLET.finditer(text), *_NINE.finditer(text)):
        context = before(text, match.start(), 70)
        is_card = match[0].isdigit()
        called, called_else = nearest(_PASSPORT, context), nearest(_NO_PASSPORT, context)
        beside_name = match[0][:2].isupper() and _PATRONYMIC.search(context) is not None
        hinted = not is_card and called_else < 0 and (beside_name or _SERIES.search(context))
        if called > called_else or hinted:
            yield of_match(PersonalKind.PASSPORT, match)


def _register_numbers(text: str) -> Found:
    for match in _REGISTER.finditer(text):
        called = _REGISTERED.search(before(text, match.start(), 60)) is not None
        year, month, day, hyphen = int(match[1]), int(match[2]), int(match[3]), match[4]
        if _is_day(year, month, day) and (called or (hyphen and year in _OLD_ENOUGH)):
            yield of_match(PersonalKind.REGISTER_NUMBER, match)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day).year >= _OLD_ENOUGH.start
    except ValueError:
        return False


def _is_persons_account(text: str, match: re.Match[str]) -> bool:
    """The number within an IBAN begins with what the account is for; the treasury's stay as they are."""
    account = re.sub(r"\s", "", match[0])[10:].lstrip("0")
    if account.startswith(_OF_PEOPLE):
        return True
    context = before(text, match.start(), 150)
    is_traders = nearest(_TRADER, context) > nearest(_ENTERPRISE, context)
    return account.startswith(_OF_TRADERS) and is_traders


def _cards(text: str) -> Found:
    for match in _CARD.finditer(text):
        digits = [int(digit) for digit in match[0] if digit.isdigit()]
        doubled = [digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)]
        if sum(doubled) % 10 == 0:
            yield of_match(PersonalKind.CARD, match)


def _phones(text: str) -> Found:
    for match in _MOBILE.finditer(text):
        if not is_office(before(text, match.start(), 90)):
            yield of_match(PersonalKind.PHONE, match)
    for match in _AT_HOME.finditer(text):
        yield Personal(PersonalKind.PHONE, *match.span("number"), match["number"])


def is_office(context: str) -> bool:
    """Whether what stands before a phone or a mailbox says that it is an office's, and not somebody's own."""
    return nearest(OFFICE, context) > nearest(PRIVATE, context)
