"""Spiders: one walks a city's sites; what to fetch is the frontier's business, what it means the readers'."""
