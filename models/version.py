"""The version of this program, recorded with everything it stores."""

TOOL_VERSION = "0.1.0"
