"""ORDER the work: each flow reads as a recipe. No parsing, no SQL."""

WORK_POOL = "cities"  # the Prefect work pool in which all flows run
