"""The `tcm` command line: parses arguments, calls the floor below, prints."""
