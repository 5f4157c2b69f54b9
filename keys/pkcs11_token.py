"""A PKCS #11 token: one session a process, opened late, opened again when it is lost.

    token = Token(module="/usr/lib/softhsm/libsofthsm2.so", label="parchemin", pin=pin)
    token.use(lambda session: session.get_key(…).sign(…))

A process that was forked gets a session of its own: it may not use its parent's (PKCS #11 v2.40,
section 2.5 of the usage guide). A PIN that was refused once is not tried again by this object, for
a token locks itself after a few. One thread speaks to the token at a time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import pkcs11
from pkcs11 import Attribute, ObjectClass

from schemas.problems import KEY_STORE_UNAVAILABLE, ProblemError

_T = TypeVar("_T")
_PIN_REFUSED: Final = (
    pkcs11.PinIncorrect,
    pkcs11.PinInvalid,
    pkcs11.PinLenRange,
    pkcs11.PinExpired,
    pkcs11.PinLocked,
    pkcs11.UserPinNotInitialized,
)


@dataclass(slots=True)
class _Process:
    """What one process has of the token; keys are found once a session."""

    pid: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    session: Any = None
    keys: dict[bytes, Any] = field(default_factory=dict)


class Token:
    """A token that is found by its label; nothing is opened before it is used."""

    def __init__(self, *, module: str, label: str, pin: str) -> None:
        """Take where the library is, which token is meant, and what opens it."""
        self._module, self.label, self._pin = module, label, pin
        self._process = _Process(os.getpid())
        self._refused = ""

    def __repr__(self) -> str:
        """Name the token, never its PIN."""
        return f"Token({self.label!r})"

    def use(self, work: Callable[[Any], _T]) -> _T:
        """Do something with the session; once more with a new one when the token says no.

        Raises ProblemError(key-store-unavailable), whose detail says what is the matter.
        """
        process = self._here()
        with process.lock:
            try:
                return work(self._session(process))
            except pkcs11.PKCS11Error:
                self._forget(process)
            try:
                return work(self._session(process))
            except pkcs11.PKCS11Error as error:
                self._forget(process)
                raise _unavailable(f"the token {self.label} failed: {type(error).__name__}") from error

    def private_key(self, session: Any, key_id: bytes) -> Any:
        """Return the handle of a private key of this session; raise `pkcs11.NoSuchKey`."""
        known = self._process.keys
        if key_id not in known:
            known[key_id] = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=key_id)
        return known[key_id]

    def destroy(self, key_id: bytes) -> None:
        """Remove a key pair from the token, whichever half is there."""

        def work(session: Any) -> None:
            for found in list(session.get_objects({Attribute.ID: key_id})):
                found.destroy()

        self.use(work)

    def _here(self) -> _Process:
        """Return what this process has; a child forgets what its parent had, and begins anew."""
        if self._process.pid != os.getpid():
            self._process = _Process(os.getpid())
            with suppress(pkcs11.PKCS11Error):
                pkcs11.lib(self._module).finalize()
        return self._process

    def _session(self, process: _Process) -> Any:
        if process.session is None:
            process.session = self._opened()
        return process.session

    def _forget(self, process: _Process) -> None:
        if process.session is not None:
            with suppress(pkcs11.PKCS11Error):
                process.session.close()
        process.session, process.keys = None, {}

    def _opened(self) -> Any:
        if self._refused:
            raise _unavailable(self._refused)
        try:
            token = self._found()
            try:
                return token.open(rw=True, user_pin=self._pin)
            except pkcs11.UserAlreadyLoggedIn:  # by another store of this process
                return token.open(rw=True)
        except _PIN_REFUSED as error:
            self._refused = f"the token {self.label} refused the PIN ({type(error).__name__}); it is not tried again"
            raise _unavailable(self._refused) from error

    def _found(self) -> Any:
        try:
            library = pkcs11.lib(self._module)
        except pkcs11.PKCS11Error as error:
            raise _unavailable("the library that PARCHEMIN_PKCS11_MODULE names cannot be loaded") from error
        try:
            return library.get_token(token_label=self.label)
        except (pkcs11.NoSuchToken, pkcs11.MultipleTokensReturned):
            library.reinitialize()  # a library may look for tokens only as it starts
        try:
            return library.get_token(token_label=self.label)
        except pkcs11.NoSuchToken as error:
            raise _unavailable(f"there is no token with the label {self.label}") from error
        except pkcs11.MultipleTokensReturned as error:
            raise _unavailable(f"several tokens have the label {self.label}") from error


def _unavailable(detail: str) -> ProblemError:
    return ProblemError(KEY_STORE_UNAVAILABLE.about(detail))
