from pathlib import Path

from tests.cli.conftest import Run, lines


def test_the_list_says_what_is_here_and_what_policy_allows(run: Run) -> None:
    models = {model["model"]: model for model in lines(run("model", "list", "--json").stdout)}

    assert models["embedded"]["state"] == "absent"
    assert models["embedded"]["licence"] == "Apache-2.0"
    assert models["scripted"]["allowed"] is True
    assert "openai/*" in models
    assert "run `summarizer model" in run("model", "list").stdout


def test_a_file_of_the_right_name_that_is_not_the_model_is_damaged(
    run: Run, tmp_path: Path
) -> None:
    [path] = [
        model["path"] for model in lines(run("model", "list", "--json").stdout) if "path" in model
    ]
    Path(path).parent.mkdir(parents=True)
    Path(path).write_bytes(b"not a model")

    assert "damaged" in run("model", "list").stdout


def test_another_file_is_not_taken_for_the_model(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.gguf").write_bytes(b"not a model")
    result = run("model", "pull", "--from", "other.gguf", "--force")

    assert result.exit_code == 4
    assert result.stderr.startswith("PROVIDER_UNAVAILABLE: ")


def test_a_source_that_is_none_is_bad_usage(run: Run) -> None:
    assert run("model", "pull", "--from", "no such thing").exit_code == 2


def test_a_model_that_others_can_reach_needs_a_key_that_was_set(run: Run) -> None:
    refused = run("model", "serve", "--host", "0.0.0.0", "--json")  # noqa: S104 - the point of it
    keyed = run("model", "serve", "--host", "0.0.0.0", env={"SUMMARIZER_API_KEY": "a-key"})  # noqa: S104

    assert refused.exit_code == 2
    assert "SUMMARIZER_API_KEY" in lines(refused.stdout)[0]["error"]["detail"]
    # It gets as far as the model, which is not here.
    assert keyed.exit_code == 4
    assert "a-key" not in keyed.output


def test_a_model_that_is_not_here_cannot_be_served(run: Run) -> None:
    result = run("model", "serve", "--json")

    assert result.exit_code == 4
    assert "model pull" in lines(result.stdout)[0]["error"]["detail"]
