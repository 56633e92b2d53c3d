"""Every question the pages ask of the database, by name; a person's region is part of each."""
