"""Models: settings -> the embedded model fetched, listed or served."""

from typing import Any

import anyio
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from summarizer.access.loopback import is_loopback
from summarizer.cli.output import notes, pretty, write_json
from summarizer.cli.progress import bytes_bar
from summarizer.errors import ConfigurationError
from summarizer.llm.embedded.model_file import MODEL, locate
from summarizer.llm.embedded.pull import pull, routes_for
from summarizer.llm.embedded.server import EmbeddedServer, Endpoint
from summarizer.policy import Policy
from summarizer.settings import Settings

__all__ = ["list_models", "pull_model", "serve_model"]

_MEGABYTE = 1_000_000
_LOCAL = {
    "scripted": "a fake that answers every case; for tests",
    "extractive": "no model: sentences of the case, review required",
}


async def pull_model(settings: Settings, *, source: str | None, force: bool, json: bool) -> None:
    """Fetch the model's file and say where it lies."""
    routes = routes_for(source, endpoint=settings.environ.get("HF_ENDPOINT"))
    if force:
        MODEL.path(settings.cache_dir).unlink(missing_ok=True)
    with bytes_bar() as update:
        path = await pull(
            settings.cache_dir,
            routes=routes,
            progress=lambda at: update(at.step, at.done, at.total),
        )
    if json:
        write_json({"model": MODEL.name, "path": str(path), "sha256": MODEL.sha256})
        return
    console = pretty()
    console.print(Text.assemble(("here and verified", "bold green"), f": {MODEL.name}"))
    console.print(Text(f"{path}\nsha256 {MODEL.sha256}", style="dim"), soft_wrap=True)


def list_models(settings: Settings, *, json: bool) -> None:
    """Print every model that can be named, and what policy says of it."""
    policy = Policy.read(settings.policy_dir)
    with notes().status("checking the embedded model"):
        models = [_embedded(settings, policy), *_others(policy)]
    if json:
        for model in models:
            write_json(model)
        return
    table = Table("model", "allowed", "state", "size", "licence", "remark", box=SIMPLE)
    for model in models:
        table.add_row(
            Text(model["model"], style="bold"),
            Text("yes", style="green") if model["allowed"] else Text("no", style="red"),
            model.get("state", ""),
            f"{model['bytes'] / _MEGABYTE:,.0f} MB" if "bytes" in model else "",
            model.get("licence", ""),
            Text(model["remark"], overflow="fold"),
        )
    console = pretty()
    console.print(table)
    console.print(Text(f"policy    {policy.name}; * stands for any characters", style="dim"))
    console.print(Text(f"embedded  {models[0]['path']}", style="dim"), soft_wrap=True)


async def serve_model(settings: Settings, *, host: str, port: int, json: bool) -> None:
    """Run the model until interrupted.

    Raises:
        ConfigurationError: if others could reach it and no key was set for them.
        ProviderUnavailable, ProviderTimeout: if it does not start.
    """
    key = settings.credentials(settings.model)["api_key"]
    if key is None and not is_loopback(host):
        msg = (
            f"host {host}: others can reach it; set the key they must show as SUMMARIZER_API_KEY, "
            "in the environment or in the file of SUMMARIZER_SECRETS_FILE"
        )
        raise ConfigurationError(msg)
    async with EmbeddedServer(settings.cache_dir, host=host, port=port, api_key=key) as server:
        with notes().status("starting the embedded model"):
            endpoint = await server.start()
        if json:
            write_json({
                "base_url": endpoint.base_url,
                # One that was set is known to whoever set it, and output is often kept.
                "api_key": None if key else endpoint.api_key,
                "model": endpoint.model,
            })
        else:
            shown = "$SUMMARIZER_API_KEY" if key else endpoint.api_key
            pretty().print(_how_to_ask(endpoint, shown), soft_wrap=True)
        notes().print("Ctrl-C stops the model")
        await anyio.sleep_forever()


def _embedded(settings: Settings, policy: Policy) -> dict[str, Any]:
    path = MODEL.path(settings.cache_dir)
    if locate(settings.cache_dir) is not None:
        state = "verified"
    else:
        state = "damaged" if path.exists() else "absent"
    ready = state == "verified"
    return {
        "model": "embedded",
        "allowed": policy.allows("embedded"),
        "state": state,
        "name": MODEL.name,
        "bytes": MODEL.size,
        "sha256": MODEL.sha256,
        "licence": MODEL.licence,
        "path": str(path),
        "remark": "runs on this machine" if ready else "run `summarizer model pull`",
    }


def _others(policy: Policy) -> list[dict[str, Any]]:
    own = [
        {"model": name, "allowed": policy.allows(name), "remark": remark}
        for name, remark in _LOCAL.items()
    ]
    shipped = {"embedded", *_LOCAL}
    return own + [
        {
            "model": entry.model,
            "allowed": True,
            "remark": "a provider, through litellm",
            "region": entry.region,
        }
        for entry in policy.models.allow
        if entry.model not in shipped
    ]


def _how_to_ask(endpoint: Endpoint, key: str) -> Text:
    return Text.assemble(
        ("base URL  ", "dim"),
        (endpoint.base_url, "bold"),
        ("\nkey       ", "dim"),
        key,
        ("\nmodel     ", "dim"),
        endpoint.model,
        ("\n\ncurl ", "cyan"),
        f"{endpoint.base_url}/chat/completions \\\n"
        f'  -H "Authorization: Bearer {key}" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f'  -d \'{{"model": "{endpoint.model}", '
        '"messages": [{"role": "user", "content": "Say hello."}]}\'\n',
    )
