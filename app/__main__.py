"""`python -m app` is `parchemin`."""

from app.cli import main

main()
