"""The ground floor: words, facts, tables, store and archive. Imports none of the floors above."""
