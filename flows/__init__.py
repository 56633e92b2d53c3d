"""ORDER the work: each flow reads as a recipe. No parsing, no SQL."""

from models.discretion import keep_discreet

WORK_POOL = "cities"  # the Prefect work pool in which all flows run

keep_discreet()  # Prefect imports a flow by its dotted name, and by no other door of ours
