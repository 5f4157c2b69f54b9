"""Asks didkit in a process of its own: it crashes the interpreter at exit after an asynchronous call.

One JSON object a line in (`op`, `document`, `options`, `key`), one out.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import didkit


async def answer(message: dict[str, Any]) -> Any:
    """Return what didkit says to one question."""
    operation, key = message["op"], json.dumps(message.get("key"))
    if operation == "version":
        return didkit.get_version()
    if operation == "identify":
        return [didkit.key_to_did("key", key), await didkit.key_to_verification_method("key", key)]
    document, options = message["document"], json.dumps(message["options"])
    text = document if isinstance(document, str) else json.dumps(document)
    if operation.startswith("verify"):
        judge = didkit.verify_credential if operation == "verify_credential" else didkit.verify_presentation
        return json.loads(await judge(text, options))
    issue = didkit.issue_credential if operation == "issue_credential" else didkit.issue_presentation
    return await issue(text, options, key)


async def main() -> None:
    """Answer until there is nothing more to read."""
    for line in sys.stdin:
        try:
            reply = {"answer": await answer(json.loads(line))}
        except Exception as error:
            reply = {"error": str(error)}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # the interpreter's own way out crashes
