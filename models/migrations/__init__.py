"""Migrations, one act per file, both ways."""
