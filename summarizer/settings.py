"""Settings: flags, then `SUMMARIZER_…` variables, then `summarizer.toml`; read only here."""

import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

from platformdirs import user_cache_path, user_data_path
from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from summarizer.access.permissions import Role
from summarizer.errors import ConfigurationError
from summarizer.secretsfile import read_secrets

__all__ = ["Credentials", "Settings", "bundled"]

_APP = "case-summarizer"
_TOML = Path("summarizer.toml")


def _separated(value: Any) -> Any:
    """Take a list apart that a variable or a flag gives as one string."""
    return tuple(filter(None, value.replace(",", " ").split())) if isinstance(value, str) else value


class Credentials(TypedDict):
    """What a provider's model is reached with; never shown."""

    environ: Mapping[str, str]
    api_base: str | None
    api_key: str | None


class Settings(BaseSettings):
    """What an operator may set; every field is also a variable `SUMMARIZER_<FIELD>`."""

    model_config = SettingsConfigDict(
        env_prefix="SUMMARIZER_",
        toml_file=_TOML,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(default_factory=lambda: user_data_path(_APP))
    """Database, keys and published checkpoints; created with mode 0700."""
    cache_dir: Path = Field(default_factory=lambda: user_cache_path(_APP))
    """The embedded model and its saved prompt cache."""
    database_url: str | None = None
    """SQLAlchemy URL; by default a SQLite file in `data_dir`."""
    key_wrapper: Literal["local", "aws_kms"] = "local"
    """What keeps the keys of epochs: files in the data folder, or AWS KMS."""
    kms_waiting_days: int = Field(default=7, ge=7, le=30)
    """How long AWS waits before it deletes the key of an old epoch."""
    checkpoint_seconds: float = Field(default=10.0, ge=0, le=3_600)
    """Least time between two checkpoints of a service that runs."""
    verify_hours: float = Field(default=6.0, ge=0, le=720)
    """How often a service that runs verifies its whole log; 0: never."""
    checkpoint_bucket: str | None = None
    """S3 bucket with object lock for checkpoints; by default `checkpoints/` in `data_dir`."""
    checkpoint_retention_days: int = Field(default=400, ge=1, le=36_500)
    """For how long a checkpoint in the bucket may not be deleted."""
    aws_region: str | None = None
    """Region of KMS and of the bucket; by default the AWS environment's."""
    aws_endpoint: str | None = None
    """Address of KMS and S3, for a private endpoint."""
    runs_dir: Path | None = None
    """Where `eval run` puts runs and the pages find them; by default `evaluation/runs` in
    `data_dir`."""
    policy: str = "default"
    """Name of a shipped policy, or a policy folder."""
    prompt: str = "case_summary"
    """Name of a shipped prompt, as `NAME` or `NAME@HASH`."""
    classifier: Path | None = None
    """What decides labels beside the model, as `classifier fit` writes it, instead of the
    policy's own."""
    model: str = "embedded"
    """`embedded`, `scripted`, `extractive` or a litellm model string that policy allows."""
    api_base: str | None = None
    """Base URL of the provider, for a private or local endpoint."""
    api_key: SecretStr | None = None
    """Key of the provider; by default the provider's own variable is used."""
    secrets_file: Path | None = None
    """KEY=VALUE lines that stand for variables of providers which are not set; mode 0600."""
    max_output_tokens: int = Field(default=900, ge=64, le=8_192)
    """Longest answer a model may give."""
    host: str = "127.0.0.1"
    """Address `serve` listens on."""
    allowed_hosts: Annotated[
        tuple[Annotated[str, StringConstraints(to_lower=True)], ...],
        NoDecode,
        BeforeValidator(_separated),
    ] = ()
    """Names callers ask by, apart by commas, where `serve` listens on more than loopback."""
    port: int = Field(default=8000, ge=0, le=65_535)
    """Port `serve` listens on; 0 takes a free one."""
    mail_domains: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[\w-]+(\.[\w-]+)+$")], ...],
        NoDecode,
        BeforeValidator(_separated),
    ] = ()
    """The bank's own mail domains, separated by commas; in an e-mail, who writes from elsewhere
    is a customer."""
    zendesk_secret: SecretStr | None = None
    """Signing secret of the Zendesk webhook; without it a signed request is refused."""
    trace_collector: str | None = Field(default=None, pattern=r"^https?://")
    """Base address of an OpenTelemetry collector (OTLP over HTTP); None: no traces."""
    oidc_issuer: str | None = None
    """Issuer of the tokens that are taken beside API keys, as its tokens spell it."""
    oidc_audience: str | None = None
    """What the issuer calls this service; needed with `oidc_issuer`."""
    oidc_hosts: Annotated[
        tuple[
            Annotated[
                str,
                StringConstraints(to_lower=True, pattern=r"^[\w-]+(\.[\w-]+)*(:\d{1,5})?$"),
            ],
            ...,
        ],
        NoDecode,
        BeforeValidator(_separated),
    ] = ()
    """Other hosts at which the issuer keeps its keys or takes codes, apart by commas; only these
    and its own are asked."""
    oidc_role_claim: str = "roles"
    """Claim with the caller's roles or groups; `a.b` is the member `b` of the claim `a`."""
    oidc_roles: Annotated[Mapping[str, Role], NoDecode] = Field(
        default_factory=lambda: {str(role): role for role in Role}
    )
    """What the issuer calls each role; as a variable, a JSON object."""
    oidc_name_claim: str = "sub"
    """Claim that names the caller, and nobody else ever."""
    oidc_client_id: str | None = None
    """What the issuer knows this service as, for people to sign in there; with `oidc_redirect`."""
    oidc_client_secret: SecretStr | None = None
    """Secret of a confidential client; may stand in `secrets_file`. None of a public one."""
    oidc_redirect: str | None = None
    """Where the issuer sends people back to: this service's `/sign-in/callback`, as browsers see
    it and as it is registered there."""
    oidc_scope: str = Field(default="openid", pattern=r"^(\S+ )*openid( \S+)*$")
    """What the issuer is asked for, apart by spaces; some need more to name roles."""
    concurrency: int | None = Field(default=None, ge=1, le=1_000)
    """How many tickets `serve` summarizes at once; by default 2 with the embedded model, which has
    one processor for all, else 32."""
    redaction_process: bool = True
    """Whether `serve` redacts in a process of its own: more answers at once for some 300 MB."""
    queue_length: int = Field(default=100, ge=0, le=100_000)
    """How many more wait; whoever comes then is asked to come again."""
    request_seconds: float = Field(default=300.0, gt=0, le=3_600)
    """How long a caller of `serve` waits at most before the model is stopped."""
    receive_seconds: float = Field(default=30.0, gt=0, le=3_600)
    """How long a caller of `serve` may take to send the head of a request, and then its body; and
    to read some of an answer."""
    requests_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    """How many requests of one caller `serve` answers in a minute."""
    log_format: Literal["console", "json"] = "console"
    """How logs are written to standard error."""

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _object(cls, value: Any) -> Any:
        """Take a variable apart; a table in the file is taken as it is."""
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            msg = 'write a JSON object such as {"Case Agents": "agent"}'
            raise ValueError(msg) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flags, variables, file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @classmethod
    def load(cls, flags: Mapping[str, Any]) -> "Settings":
        """Read the settings; a flag that is None was not given.

        Raises:
            ConfigurationError: naming each wrong setting, its variable and the fix.
        """
        try:
            return cls(**{name: value for name, value in flags.items() if value is not None})
        except ValidationError as error:
            faults = [
                f"{'.'.join(str(part) for part in fault['loc'])} "
                f"(SUMMARIZER_{str(fault['loc'][0]).upper()} or {_TOML}): {fault['msg']}"
                for fault in error.errors(include_url=False, include_input=False)
            ]
            raise ConfigurationError("; ".join(faults)) from None
        except ValueError as error:
            msg = f"{_TOML}: not valid TOML: {error}"
            raise ConfigurationError(msg) from None

    @cached_property
    def environ(self) -> Mapping[str, str]:
        """The providers' own standard variables: of the environment, else of the secrets file.

        Raises:
            ConfigurationError: if the secrets file cannot be read, or others can read it.
        """
        secrets = {} if self.secrets_file is None else read_secrets(self.secrets_file)
        return {**secrets, **os.environ}

    def credentials(self, model: str) -> "Credentials":
        """Return what a provider's model is reached with.

        `api_base` and `api_key` are those of the configured model; the models that are asked
        after it have only their providers' own variables.

        Raises:
            ConfigurationError: if the secrets file cannot be read, or others can read it.
        """
        if model != self.model:
            return {"environ": self.environ, "api_base": None, "api_key": None}
        key = self.api_key.get_secret_value() if self.api_key else None
        key = key or self.environ.get("SUMMARIZER_API_KEY")
        return {"environ": self.environ, "api_base": self.api_base, "api_key": key}

    @property
    def client_secret(self) -> str | None:
        """The secret of this service at the issuer; None of a public client.

        Raises:
            ConfigurationError: if the secrets file cannot be read, or others can read it.
        """
        given = self.oidc_client_secret.get_secret_value() if self.oidc_client_secret else None
        return given or self.environ.get("SUMMARIZER_OIDC_CLIENT_SECRET") or None

    @property
    def at_once(self) -> int:
        """How many tickets the service summarizes at once."""
        return self.concurrency or (2 if self.model == "embedded" else 32)

    @property
    def log_url(self) -> str:
        """The SQLAlchemy URL of the audit store."""
        return self.database_url or f"sqlite:///{self.data_dir / 'audit.db'}"

    @property
    def database_path(self) -> Path | None:
        """The file of the audit store; None if it is not in a file."""
        scheme, found, path = self.log_url.partition(":///")
        return Path(path) if scheme == "sqlite" and found and path else None

    @property
    def runs_folder(self) -> Path:
        """The folder whose folders hold an evaluation run each."""
        return self.runs_dir or self.data_dir / "evaluation" / "runs"

    @property
    def policy_dir(self) -> Path:
        """The folder of the policy in force.

        Raises:
            ConfigurationError: if there is no such policy; names those that exist.
        """
        return _named(self.policy, "policies", "policy.yaml")

    @property
    def prompt_dir(self) -> Path:
        """The folder of the prompt in force; a `@HASH` is not part of it.

        Raises:
            ConfigurationError: if there is no such prompt; names those that exist.
        """
        return _named(self.prompt.partition("@")[0], "prompts", "system.j2")


def bundled(kind: Literal["policies", "prompts", "samples", "eval_sets"]) -> Path:
    """Return a folder of data that ships with the package.

    A wheel carries it inside; an editable install reads it from the repository.
    """
    package = Path(__file__).parent
    inside = package / "_bundled" / kind
    return inside if inside.is_dir() else package.parent / kind


def _named(name: str, kind: Literal["policies", "prompts"], marker: str) -> Path:
    given = Path(name)
    if (given / marker).is_file():
        return given.resolve()
    shipped = bundled(kind)
    if (shipped / name / marker).is_file() and given.parent == Path():
        return shipped / name
    names = ", ".join(sorted(path.parent.name for path in shipped.glob(f"*/{marker}")))
    msg = f"{kind}: there is no {name!r}; give a folder with {marker} in it or one of: {names}"
    raise ConfigurationError(msg)
