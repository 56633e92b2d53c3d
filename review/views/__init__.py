"""One router per subject. A view asks a named question and fills a template; it decides nothing."""
