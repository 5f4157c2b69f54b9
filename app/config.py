"""The settings: the only place that reads the environment.

    settings = Settings.read(os.environ)

A setting is a field: its name, type, default, help, and whether it is a secret. `PARCHEMIN_NAME`
sets it, `PARCHEMIN_NAME_FILE` names a file that holds its value. A name nobody knows stops the
start, `PARCHEMIN_TEST_*` aside. Every bound of `schemas/limits.py` is a setting `LIMIT_…`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from schemas import experimental
from schemas.limits import Limits
from schemas.problems import SETTING_INVALID, ProblemError

PREFIX: Final = "PARCHEMIN_"
INSECURE_SECRET: Final = "only-for-development"  # noqa: S105 (the value that `parchemin check` refuses)
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off", ""})


def _setting(default: Any, text: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": text, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process is set up."""

    development: bool = _setting(
        default=False,
        text="Throw-away keys, a test timestamp authority and a banner on every page; never in production.",
    )
    var: Path = _setting(Path("var"), "Folder for what the process keeps: databases, keys, mail, logs.")
    public_url: str = _setting(
        "https://registrar.parchemin.example",
        "Where DIDs, status lists and schemas are published; always https.",
    )
    base_url: str = _setting("http://127.0.0.1:8000", "Where people reach the service: links, QR codes and mails.")
    secret_key: str = _setting(INSECURE_SECRET, "Signs sessions and keys the hashes of tokens.", secret=True)
    passphrase: str = _setting(
        "", "Opens the key files; empty means the file VAR/passphrase, made on first use in development.", secret=True
    )
    issuer_database: str = _setting("", "SQLAlchemy address of the issuer's database; empty means SQLite in VAR.")
    holder_database: str = _setting("", "SQLAlchemy address of the holders' database; empty means SQLite in VAR.")
    trust_list: str = _setting("", "File of the trust list; empty means VAR/trust-list.json.")
    trust_list_key: str = _setting(
        "", "did:key whose signature on the trust list is accepted; empty means VAR/trust-list.key, for development."
    )
    trusted_hosts: tuple[str, ...] = _setting(
        (), "Host names that the pages answer to, separated by commas; empty means the one of BASE_URL."
    )
    proxies: int = _setting(0, "How many reverse proxies stand in front and set X-Forwarded-For.")
    timestamp_addresses: tuple[str, ...] = _setting(
        (), "RFC 3161 authorities, tried in order, separated by commas; empty means the throw-away one."
    )
    timestamp_certificates: str = _setting(
        "", "PEM file with the certificates of those authorities, their roots included: whom a timestamp is taken from."
    )
    timestamp_seconds: float = _setting(5.0, "How long one timestamp authority may take, in seconds.")
    smtp_host: str = _setting("", "Mail server; empty means that letters are written to VAR/mail.")
    smtp_port: int = _setting(587, "Port of the mail server; STARTTLS is used.")
    mail_from: str = _setting("no-reply@parchemin.example", "Address that letters come from.")
    key_store: str = _setting(
        "file", "Where private keys are: file (VAR/keys, encrypted) or pkcs11 (a token, their records in VAR/keys)."
    )
    pkcs11_module: str = _setting("", "Library of the token, such as /usr/lib/softhsm/libsofthsm2.so.")
    pkcs11_token: str = _setting("", "Label of the token that holds the keys.")
    pkcs11_pin: str = _setting("", "PIN that opens the token; one that was refused is not tried again.", secret=True)
    seal_key: str = _setting("", "PEM file of the institution's PDF seal key and chain; empty means VAR/keys.")
    renew_months: int = _setting(
        12, "The worker renews a sealed PDF so many months before its evidence lapses; 0: never."
    )
    older_proof: bool = _setting(
        default=False,
        text="Put an Ed25519Signature2020 beside the first proof, for wallets from before the cryptosuites.",
    )
    experimental_suites: tuple[str, ...] = _setting(
        (), "Cryptosuites that nobody audited and that are checked all the same, separated by commas: bbs-2023."
    )
    did_cache_seconds: int = _setting(300, "How long a DID document of somebody else is kept, in seconds.")
    status_hours: float = _setting(24.0, "How long a signed status list is valid, in hours.")
    status_ttl_seconds: int = _setting(300, "How long a verifier may keep a status list, in seconds.")
    pin_attempts: int = _setting(5, "Wrong PINs before a share pauses.")
    pin_pause_minutes: int = _setting(60, "How long a share pauses after too many wrong PINs, in minutes.")
    sign_in_attempts: int = _setting(10, "Failed sign-ins in 15 minutes before an account or address waits.")
    session_hours: float = _setting(8.0, "How long a signed-in session lasts, in hours.")
    exchange_minutes: int = _setting(15, "How long an offer to a wallet can be collected, in minutes.")
    verify_per_minute: int = _setting(60, "Verifications that one address may ask for in a minute.")
    issue_per_minute: int = _setting(300, "Credentials that one address may have signed by the VC-API in a minute.")
    verify_workers: int = _setting(2, "Worker processes that judge hostile input and can be killed.")
    verify_files: int = _setting(20, "Files that the verify page takes at once.")
    vc_api_failed_status: int = _setting(
        200, "HTTP status of a VC-API answer `verified: false`: 200, or 400 as the W3C suites expect."
    )
    fetch_fixtures: str = _setting(
        "", "Development only: a JSON map of addresses to files that answers the fetcher instead of the network."
    )
    registry_name_fr: str = _setting("Réseau de démonstration parchemin", "Name of the trust registry in French.")
    registry_name_en: str = _setting("parchemin demonstration network", "Name of the trust registry in English.")
    time_zone: str = _setting(
        "America/Toronto", "IANA name of the time zone in which pages tell times and the last day of a share ends."
    )
    log_level: str = _setting("INFO", "Least level that is logged: DEBUG, INFO, WARNING or ERROR.")
    limits: Limits = field(default_factory=Limits, metadata={"help": "", "secret": False})

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Read every PARCHEMIN_* name; raise SETTING_INVALID with the name at fault, never its value."""
        raw = _collect(environ)
        known = {f.name: f for f in fields(cls) if f.name != "limits"}
        bounds = {f"limit_{f.name}": f.name for f in _bounds()}
        values: dict[str, Any] = {}
        limits: dict[str, Any] = {}
        for name, text in raw.items():
            if name in known:
                values[name] = _convert(name, text, known[name].default)
            elif name in bounds:
                limits[bounds[name]] = _convert(name, text, getattr(Limits(), bounds[name]))
            else:
                raise ProblemError(SETTING_INVALID.about(f"{PREFIX}{name.upper()} is not a setting"))
        if "time_zone" in values:
            _require_zone(values["time_zone"])
        _require_suites(values.get("experimental_suites", ()))
        return cls(**values, limits=replace(Limits(), **limits))

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the process's own environment."""
        return cls.read(os.environ)

    @property
    def issuer_database_url(self) -> str:
        """Return the address in force."""
        return self.issuer_database or f"sqlite:///{(self.var / 'issuer.sqlite').absolute()}"

    @property
    def holder_database_url(self) -> str:
        """Return the address in force."""
        return self.holder_database or f"sqlite:///{(self.var / 'holder.sqlite').absolute()}"

    @property
    def trust_list_path(self) -> Path:
        """Return the file in force."""
        return Path(self.trust_list) if self.trust_list else self.var / "trust-list.json"

    @property
    def trust_anchor_path(self) -> Path:
        """Return the file that names the signer of the trust list when no setting does."""
        return self.var / "trust-list.key"


def _require_suites(names: tuple[str, ...]) -> None:
    if not set(names) <= set(experimental.SUITES):
        known = ", ".join(experimental.SUITES)
        raise ProblemError(SETTING_INVALID.about(f"{PREFIX}EXPERIMENTAL_SUITES knows {known} alone"))


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ProblemError(SETTING_INVALID.about(f"{PREFIX}TIME_ZONE is no time zone that is known here")) from error


def inherited_environment() -> dict[str, str]:
    """Return the environment of this process without our settings, for a child that gets its own."""
    return {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}


def _collect(environ: Mapping[str, str]) -> dict[str, str]:
    """Return settings by lower-case name; a name ending in _FILE gives the content of that file."""
    raw: dict[str, str] = {}
    for key, value in environ.items():
        if not key.startswith(PREFIX) or key.startswith(f"{PREFIX}TEST_"):
            continue
        name = key.removeprefix(PREFIX).lower()
        if name.endswith("_file"):
            name = name.removesuffix("_file")
            value = _read_file(key, value)  # noqa: PLW2901 (the file's content is the value)
        if name in raw:
            raise ProblemError(SETTING_INVALID.about(f"{PREFIX}{name.upper()} is set twice"))
        raw[name] = value
    return raw


def _read_file(key: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError(SETTING_INVALID.about(f"the file that {key} names cannot be read")) from error


def _convert(name: str, text: str, default: Any) -> Any:
    """Return the text as the type of the default."""
    try:
        return _as_type(text.strip(), default)
    except ValueError as error:
        kind = type(default).__name__
        raise ProblemError(SETTING_INVALID.about(f"{PREFIX}{name.upper()} is not a good {kind}")) from error


def _as_type(text: str, default: Any) -> Any:
    if isinstance(default, bool):
        return _as_bool(text)
    if isinstance(default, (int, float)):
        number = type(default)(text)
        if not 0 <= number < float("inf"):
            raise ValueError
        return number
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _as_bool(text: str) -> bool:
    lowered = text.lower()
    if lowered not in _TRUE | _FALSE:
        raise ValueError
    return lowered in _TRUE


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """One row of the reference of settings."""

    name: str
    default: str
    help: str
    secret: bool


def describe() -> tuple[SettingInfo, ...]:
    """Return every setting with its name in the environment, default and help."""
    own = [
        SettingInfo(PREFIX + f.name.upper(), _shown(f.default), f.metadata["help"], f.metadata["secret"])
        for f in fields(Settings)
        if f.name != "limits"
    ]
    bounds = [
        SettingInfo(f"{PREFIX}LIMIT_{f.name.upper()}", str(f.default), _bound_help(f.name), secret=False)
        for f in _bounds()
    ]
    return (*own, *bounds)


def _bounds() -> list[Field[Any]]:
    """Return the limits that are settings."""
    return [f for f in fields(Limits) if f.metadata.get("is_setting", True)]


def _shown(default: Any) -> str:
    return ",".join(default) if isinstance(default, tuple) else str(default)


def _bound_help(name: str) -> str:
    return f"Bound on input: {name.replace('_', ' ')}."
