"""Names stand where a Ukrainian reader looks for them."""

from __future__ import annotations

from review.alphabet import alphabetical


def test_letters_that_code_points_put_elsewhere() -> None:
    """Ґ follows г, є follows е, і and ї follow и, and ь comes before ю."""
    names = [
        "Яготин",
        "Їжаківка",
        "Ізюм",
        "Ирпінь",
        "Євпаторія",
        "Ельбрус",
        "Ґонта",
        "Галич",
        "Гоща",
        "Жовті Води",
    ]

    ordered = sorted(names, key=alphabetical)

    assert ordered == [
        "Галич",
        "Гоща",
        "Ґонта",
        "Ельбрус",
        "Євпаторія",
        "Жовті Води",
        "Ирпінь",
        "Ізюм",
        "Їжаківка",
        "Яготин",
    ]


def test_an_apostrophe_and_a_capital_change_no_place() -> None:
    """Кам’янець stands right before Камянка, however the apostrophe is written."""
    names = ["Камянка", "Кам'янець", "Кам’янець", "КАМІНЬ"]

    assert sorted(names, key=alphabetical) == ["КАМІНЬ", "Кам'янець", "Кам’янець", "Камянка"]


def test_a_space_comes_before_any_letter() -> None:
    """Біла Церква stands before Білгород."""
    assert sorted(["Білгород", "Біла Церква"], key=alphabetical) == ["Біла Церква", "Білгород"]
