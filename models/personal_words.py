"""Words that tell of one person: a mailbox, a home, a birthday, a name beside health or childhood."""

from __future__ import annotations

import re

from models.personal import Found, PersonalKind, after, before, nearest, of_match, words
from models.personal_numbers import is_office

_EMAIL = re.compile(r"(?<![\w.%+-])([\w.%+-]{1,64})@((?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24})(?![\w-])")
_ANYBODYS = frozenset(
    "gmail.com ukr.net i.ua meta.ua ua.fm bigmir.net online.ua email.ua mail.ua 3g.ua yahoo.com outlook.com hotmail.com"
    " live.com icloud.com me.com proton.me protonmail.com mail.com gmx.net aol.com mail.ru yandex.ru yandex.ua".split()
)
_OF_OFFICE = words(
    r"rada|mvk|konkom|kanc|info|office|ofis|nap(?![a-z])|cnap|press|tender|zvern|school|shkol|scool|zosh|zzso|nvk|lic[ey]"
    r"|lyc|gymn|gimn|dnz|zdo|sadok|osvit|osvita|bibl|libr|muse|muz|kultur|sport|rda|otg|gromad|hromad|komun|likar|hosp"
    r"|polik|zakup|buh|pr[iy]{1,2}[jy]?m|vodo|teplo|zhek|osbb|upszn|uszn|cent[er]r?|fond|adm|misto|miska|mer(?![a-z])"
    r"|city|vidd|upravl|depart|contact|support|help|hotline|arhiv|archiv|(?:^|[._-])kp(?:[._-]|$)"
)

_NUMBER = r"\d{1,4}(?:\s?-?\s?[А-ЯІЇЄҐа-яіїєґ](?![\w'’ʼ]))?(?:/\d{1,4})?"
_STREET = (
    r"(?<!\w)(?:вул(?:иц\w{1,2}|\.)|просп(?:ект\w{0,2}|\.)|пр-т\.?|пров(?:ул\w{2,4}|\.)|бульв(?:ар\w{0,2}|\.)|б-р\.?|площ\w"
    r"|пл\.|майдан\w{0,2}|м-н\.?|мкр\.?|мікрорайон\w{0,2}|узвіз|шосе|набережн\w{1,2}|проїзд)\s{0,2}[^\n,;:()]{2,45}?,?"
)
_HOUSE = rf"\s{{0,2}}(?:буд(?:ин\w{{2,4}}|\.)?\s{{0,2}})?№?\s{{0,2}}{_NUMBER}"
_FLAT = (
    r",?\s{0,2}(?:кв(?:артир\w{1,2}|\.)|кімн(?:ат\w{1,2}|\.))\s{0,2}№?\s{0,2}\d{1,4}(?:\s?[а-яА-Я](?!\w))?"
)
_IN_FLAT = re.compile(_STREET + _HOUSE + _FLAT, re.IGNORECASE)
_IN_HOUSE = re.compile(_STREET + _HOUSE + r"(?!\d)", re.IGNORECASE)
_LIVES = words(
    r"прожива(?:є|ю|ла|в|ння|нням|юч)\w*|мешка(?:є|ю|ла|в|нець|нця|нцю|нка|нки|нкою)\b|зареєстрован(?:ий|а|ого|ої|ому|ою)\b"
    r"|місц\w+ реєстрац\w+|прож\.|(?<!\w)гр\."
    r"|громадян(?:ин\w*|к[аиуою]\w?)\b|жител(?:ь|ьк\w+|ьц\w|я|ю|ем)\b|домашн\w+ адрес"
)
_ENTERPRISE = words(
    r"\bТОВ\b|\bПП\b|\bКП\b|ОСББ|фонд|товариств|підприємств|заклад|комітет|кооператив|організац|центр|об.єднан|спілк"
    r"|установ|проживаючих|будинк\w+ за адрес|прийом\w* громадян"
)

_MONTH = r"(?:січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня)"
_DAY = rf"(?<![\d./])(?:\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d|\d{{1,2}}\s{{1,2}}{_MONTH}\s{{1,2}}(?:19|20)\d\d)(?!\d)"
_BORN_AFTER = r"\s{0,2}(?:р(?:оку|\.)?)?\s{0,2}(?:народж|р\.?\s?н\.|/\s?р\.?н|н\.\s?р\.)"
_BIRTHDAY = re.compile(rf"{_DAY}(?={_BORN_AFTER})|{_DAY}", re.IGNORECASE)
_BIRTH_YEAR = re.compile(
    r"(?<![\d./])(?:19|20)\d\d(?=\s{0,2}(?:року\s{1,2}народження|р\.?\s?н\.|р/н))", re.IGNORECASE
)
_SAYS_BORN = re.compile(_BORN_AFTER, re.IGNORECASE)
_BORN = words(r"(?:дат[аиуою]+|день) народж\w+\W{0,4}$|народи(?:вся|лася|лась)|(?<!\w)д\.\s?н\.\W{0,4}$")

_CAPITAL, _SMALL = "[А-ЯІЇЄҐ]", "[а-яіїєґ'’ʼ]"
_SURNAME = rf"{_CAPITAL}{_SMALL}{{1,24}}(?:-{_CAPITAL}{_SMALL}{{1,24}})?"
_ENDS = r"(?:ович|йович|івн|ївн|ич)(?:а|у|ем|еві|и|і|ою|ої|ій)?"
_FULL_NAME = rf"{_SURNAME}\s{{1,2}}{_CAPITAL}{_SMALL}{{1,20}}\s{{1,2}}{_CAPITAL}{_SMALL}{{0,20}}?{_ENDS}"
_INITIALS = rf"{_CAPITAL}\.\s?(?:{_CAPITAL}\.)?"
_NAME = re.compile(
    rf"(?<![\w'’ʼ-])(?:{_FULL_NAME}|{_SURNAME}\s{{1,2}}{_INITIALS}|{_INITIALS}\s?{_SURNAME})(?![а-яіїєґ'’ʼ])"
)
_CHILD = re.compile(
    rf"(?<!\w)(?:малолітн|неповнолітн)\w{{1,4}}\s{{1,2}}(?:дит\w{{2,4}}[,:]?\s{{1,2}})?(?P<name>{_SURNAME}\s{{1,2}}{_SURNAME})"
)
DELICATE = words(
    r"дитин[аиіоу]\w*|малолітн|неповнолітн|\bсирот|сирот[аиіу]\b|позбавлен\w+ батьківськ|батьківськ\w+ прав|усиновл"
    r"|опік[аиу]|піклуван|інвалідн|інвалід[аиу]?\b|діагноз|хвор(?:ий|а|ої|ого|ому|у|іє)\b|хвороб|захворюван|онколог|\bВІЛ\b|психічн"
    r"|психіатр|лікуванн|недієздатн|туберкульоз|вагітн|домашн\w+ насильств"
)
_IN_OFFICE = words(
    r"директор|лікар(?!н)|начальник|голов[аиуоню]|депутат|заступни|вчител|учител|секретар|завідувач|керівни|спеціаліст"
    r"|уповноважен|інспектор|судд|вихователь|психолог|представник|допові|радник|міністр|сестр|методист|координатор"
    r"|тренер|волонтер|автор|розробник|виконав|юрист|член\w*|староста|підпис|контрол\w+|імені|ім\."
)
_BEYOND_TITLE = words(r"[,:;.()—–]|(?<!\w)(?:про|щодо|для|над|надат\w+|повідом\w+|зверну\w+|просит\w*)(?!\w)")


def wording(text: str) -> Found:
    """Every stretch of words in *text* that tells of one person."""
    yield from _mailboxes(text)
    yield from _homes(text)
    yield from _birthdays(text)
    yield from _names(text)


def _mailboxes(text: str) -> Found:
    """Those at a host where anybody has one; whoever writes from an office's host writes in office."""
    for match in _EMAIL.finditer(text):
        is_anybodys = match[2].lower() in _ANYBODYS
        if (
            is_anybodys
            and not _OF_OFFICE.search(match[1].partition("+")[0])
            and not is_office(before(text, match.start(), 90))
        ):
            yield of_match(PersonalKind.EMAIL, match)


def _homes(text: str) -> Found:
    """A flat is somebody's home; a house is where the words before it say that somebody lives there."""
    yield from (of_match(PersonalKind.HOME, match) for match in _IN_FLAT.finditer(text))
    for match in _IN_HOUSE.finditer(text):
        context = before(text, match.start(), 90)
        if nearest(_LIVES, context) > nearest(_ENTERPRISE, context):
            yield of_match(PersonalKind.HOME, match)


def _birthdays(text: str) -> Found:
    for match in _BIRTHDAY.finditer(text):
        said_after = _SAYS_BORN.match(after(text, match.end(), 24)) is not None
        if said_after or _BORN.search(before(text, match.start(), 32)):
            yield of_match(PersonalKind.BIRTH, match)
    yield from (of_match(PersonalKind.BIRTH, match) for match in _BIRTH_YEAR.finditer(text))


def _names(text: str) -> Found:
    """Names beside words on health or childhood; of people in office only the office is spoken of."""
    yield from (of_match(PersonalKind.NAME, match, "name") for match in _CHILD.finditer(text))
    for match in _NAME.finditer(text):
        context = before(text, match.start(), 80)
        told, in_office = nearest(DELICATE, context), nearest(_IN_OFFICE, context)
        is_title = in_office >= 0 and not _BEYOND_TITLE.search(context[in_office:])
        follows = DELICATE.search(after(text, match.end(), 45)) is not None
        if (told > in_office and not is_title) or (follows and in_office < 0):
            yield of_match(PersonalKind.NAME, match)
