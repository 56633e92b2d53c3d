"""Who and what the pretend round is about: invented cities and people, and what the machine says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models.vocabulary import Reason, Role, Verdict

PASSWORD = "вербa-7-калина"

PACK = "transparent-cities"

NOW = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)

REGIONS = {"west": ("Захід", "West"), "center": ("Центр", "Centre")}

CITIES = (
    ("yasnohirsk", "Ясногірськ", "Yasnohirsk", "west"),
    ("verbopil", "Вербопіль", "Verbopil", "west"),
    ("duby", "Нові Дуби", "Novi Duby", "west"),
    ("kalynodar", "Калинодар", "Kalynodar", "center"),
    ("tykhopil", "Тихопіль", "Tykhopil", "center"),
    ("mostyshche", "Мостище", "Mostyshche", "center"),
)

PEOPLE: tuple[tuple[str, str, Role, str | None], ...] = (
    ("chief", "Олена Дорошенко", Role.CHIEF, None),
    ("west", "Ігор Левицький", Role.COORDINATOR, "west"),
    ("assessor", "Марія Коваль", Role.ASSESSOR, "west"),
    ("second", "Тарас Бойко", Role.ASSESSOR, "west"),
    ("center", "Ніна Гайова", Role.ASSESSOR, "center"),
    ("analyst", "Юрій Саєнко", Role.ANALYST, None),
    ("operator", "Леся Чорна", Role.OPERATOR, None),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the machine answers to one question, by default."""

    indicator: str
    verdict: Verdict
    reason: Reason
    confidence: float
    quote: str
    page: str
    anchor: str
    detail: dict[str, Any]


SAID = (
    Said(
        "INFO-01",
        Verdict.PARTLY_MET,
        Reason.LATE,
        0.64,
        "Проєкт рішення «Про оренду комунального майна»",
        "proekty-rishen",
        "Проєкти рішень",
        {"in_time": 5, "judged": 9, "working_days": 10},
    ),
    Said(
        "INFO-03",
        Verdict.MET,
        Reason.DOCUMENT_FOUND,
        0.97,
        "Рішення № 412 «Про внесення змін до бюджету громади»",
        "rishennia",
        "Рішення міської ради",
        {"title": "Рішення № 412", "count": 38},
    ),
    Said(
        "INFO-04",
        Verdict.MET,
        Reason.DOCUMENT_FOUND,
        0.93,
        "Рішення виконавчого комітету від 12 листопада 2026 року",
        "vykonkom",
        "Рішення виконавчого комітету",
        {"count": 54},
    ),
    Said(
        "INFO-06",
        Verdict.PARTLY_MET,
        Reason.NOT_MACHINE_READABLE,
        0.71,
        "Результати поіменного голосування 14.05.2026",
        "holosuvannia",
        "Поіменне голосування",
        {"formats": "PDF"},
    ),
    Said(
        "INFO-08",
        Verdict.NOT_MET,
        Reason.NO_DOCUMENT,
        0.58,
        "Протокол засідання виконавчого комітету № 31",
        "protokoly",
        "Протоколи",
        {"near_miss": "other-body"},
    ),
    Said(
        "BUDG-01",
        Verdict.MET,
        Reason.DOCUMENT_FOUND,
        0.95,
        "Про бюджет міської територіальної громади на 2026 рік",
        "biudzhet",
        "Бюджет",
        {"title": "Про бюджет на 2026 рік"},
    ),
    Said(
        "BUDG-04",
        Verdict.NOT_MET,
        Reason.NO_DOCUMENT_FOR_YEAR,
        0.83,
        "Паспорти бюджетних програм на 2024 рік",
        "pasporty",
        "Паспорти бюджетних програм",
        {"year": 2026},
    ),
    Said(
        "BUDG-06",
        Verdict.PARTLY_MET,
        Reason.INCOMPLETE_SERIES,
        0.77,
        "Звіт про виконання бюджету за I квартал 2026 року",
        "zvity",
        "Звіти про виконання бюджету",
        {"found": 2, "expected": 3, "missing": "III квартал"},
    ),
    Said(
        "DATA-01",
        Verdict.MET,
        Reason.SECTION_FOUND,
        0.98,
        "Портал відкритих даних міста",
        "vidkryti-dani",
        "Відкриті дані",
        {"title": "Відкриті дані"},
    ),
    Said("DATA-02", Verdict.NOT_OBSERVABLE, Reason.TIMEOUT, 0.0, "", "nabory", "Набори даних", {}),
    Said("PROC-01", Verdict.BLOCKED, Reason.CHALLENGE, 0.0, "", "zakupivli", "Закупівлі", {}),
    Said("WEB-03", Verdict.MET, Reason.ALL_FOUND, 0.9, "Пошук по сайту", "", "", {"found": 5, "expected": 5}),
)
