"""ORDER the work: each flow reads as a recipe. No parsing, no SQL; modules without Prefect say so by not importing it."""
