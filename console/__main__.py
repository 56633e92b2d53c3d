"""`python -m console` is `tcm`."""

from console.main import main

raise SystemExit(main())
