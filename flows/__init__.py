"""ORDER the work: each flow reads as a recipe. No parsing, no SQL."""
