import pytest

from summarizer.errors import ConfigurationError, ModelNotAllowed
from summarizer.llm.routes import ROUTES, endpoint


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("openai/gpt-4o", "OPENAI_BASE_URL"),
        ("openai/gpt-4o", "OPENAI_API_BASE"),
        ("anthropic/claude-sonnet-4-5", "ANTHROPIC_BASE_URL"),
        ("anthropic/claude-sonnet-4-5", "ANTHROPIC_API_BASE"),
    ],
)
def test_a_providers_own_variables_give_its_address(model: str, variable: str) -> None:
    found = endpoint(
        model, api_base=None, api_key=None, environ={variable: "http://127.0.0.1:8080/"}
    )

    assert found.base == "http://127.0.0.1:8080"
    assert found.model == model


def test_a_given_address_and_key_go_before_the_environment() -> None:
    found = endpoint(
        "openai/gpt-4o",
        api_base="https://gateway.example.com/v1",
        api_key="given",
        environ={"OPENAI_BASE_URL": "https://other.example.com", "OPENAI_API_KEY": "other"},
    )

    assert (found.base, found.key) == ("https://gateway.example.com/v1", "given")


def test_the_public_address_is_the_default_and_needs_a_key() -> None:
    found = endpoint("openai/x", api_base=None, api_key=None, environ={"OPENAI_API_KEY": "k"})

    assert found.base == "https://api.openai.com/v1"
    with pytest.raises(ConfigurationError, match="set OPENAI_API_KEY"):
        endpoint("openai/x", api_base=None, api_key=None, environ={})


def test_a_key_is_not_in_the_repr() -> None:
    found = endpoint("openai/x", api_base=None, api_key="sk-secret", environ={})

    assert "sk-secret" not in repr(found)


@pytest.mark.parametrize(
    "model",
    ["gpt-4o", "openai/", "ollama_chat/llama3", "vertex_ai/gemini-2.5-pro", "nobody/x", "", "/x"],
)
def test_a_route_that_is_not_proved_is_refused(model: str) -> None:
    with pytest.raises(ModelNotAllowed, match="cannot be given our transport"):
        endpoint(model, api_base="http://127.0.0.1:1", api_key="k", environ={})


@pytest.mark.parametrize("base", ["ftp://x", "localhost:8080", "http://", "http://x:y", "/v1"])
def test_a_malformed_address_names_the_variable(base: str) -> None:
    with pytest.raises(ConfigurationError, match="HOSTED_VLLM_API_BASE"):
        endpoint("hosted_vllm/x", api_base=base, api_key=None, environ={})


def test_a_provider_without_a_public_address_says_what_to_set() -> None:
    with pytest.raises(ConfigurationError, match="set AZURE_API_BASE"):
        endpoint("azure/x", api_base=None, api_key="k", environ={})


def test_openai_and_anthropic_are_routes() -> None:
    assert {"openai", "anthropic"} <= set(ROUTES)
