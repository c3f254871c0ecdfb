"""What people do here, from the first page to the last, in a real browser."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from summarizer.audit.fsck import fsck
from tests.api.pages.browser.site import Site, samples, sign_in

SCAM = next(ticket for ticket in samples() if ticket["id"] == "T-2310")
REASON = "The second payment to Hannah Whitfield is missing"


def test_a_ticket_is_pasted_checked_and_rejected_and_a_risk_officer_finds_that_and_takes_it_along(
    site: Site, tmp_path: Path
) -> None:
    ticket = {**SCAM, "id": f"T-2310-{datetime.now(UTC):%H%M%S%f}"}
    with site.visit("agent") as page:
        page.goto("/")
        page.get_by_role("link", name="New summary").first.click()
        page.get_by_label("Ticket").fill(json.dumps(ticket))
        page.get_by_role("button", name="Summarize").click()
        page.wait_for_url("**/cases/*")
        expect(page.get_by_text("Critical urgency")).to_be_visible()

        fact = page.locator(".facts li").first
        source = str(fact.get_attribute("data-messages")).split()[0]
        message = page.locator(f"#{source}")
        fact.hover()
        expect(message).to_have_class("message customer lit")
        page.mouse.move(0, 0)
        expect(message).to_have_class("message customer")
        fact.click()
        expect(message).to_be_focused()

        page.get_by_text("Reject", exact=True).click()
        page.get_by_label("What is wrong with it").fill(REASON)
        page.get_by_role("button", name="Reject the summary").click()
        expect(page.locator(".badge.rejected")).to_be_visible()
        decision = page.get_by_role("heading", name="Decisions").locator("..")
        expect(decision).to_contain_text("The second payment to [PERSON] is missing")
        expect(decision).to_contain_text("development-agent")

    with site.visit("risk") as page:
        page.goto("/events?kind=review")
        page.get_by_role("link", name=ticket["id"]).first.click()
        expect(page.get_by_role("heading", name=f"Case {ticket['id']}")).to_be_visible()
        expect(page.get_by_text("Rejected by development-agent")).to_contain_text("is missing")
        sent = page.get_by_role("heading", name="Sent").first.locator("../..")
        expect(sent.locator(".held-person >> visible=true").first).to_be_visible()
        assert "Danielle" not in page.content()
        page.get_by_role("button", name="Verify now").click()
        expect(page.locator(".badge.good", has_text="Verified up to checkpoint")).to_be_visible()
        with page.expect_download() as downloaded:
            page.get_by_role("button", name="Evidence pack").click()
        downloaded.value.save_as(tmp_path / "pack.zip")

    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        pack.extractall(tmp_path)
    assert "is missing" in (tmp_path / "report.html").read_text(encoding="utf-8")
    key = (tmp_path / "public-key.txt").read_text(encoding="utf-8").strip()
    assert fsck(tmp_path / "bundle", key).ok


def test_an_open_list_of_events_goes_on_showing_what_is_new_under_one_look(site: Site) -> None:
    with site.visit("risk") as page:
        page.clock.install()
        page.goto("/events?kind=outcome")
        looks = []
        for number in range(2):
            case = f"T-2310-{number}-{datetime.now(UTC):%H%M%S%f}"
            site.summarize({**SCAM, "id": case})
            with page.expect_response("**/events/rows?*") as looked:
                page.clock.fast_forward(11_000)
            expect(page.get_by_role("link", name=case)).to_be_visible()
            looks.append(looked.value.url)
        assert page.locator("table tbody").count() == 1

    assert looks[0] == looks[1]
    assert "look=" in looks[0]


def test_whoever_has_never_seen_it_gets_from_a_sample_to_its_evidence_by_what_the_pages_offer(
    site: Site, tmp_path: Path
) -> None:
    with site.visit("agent") as page:
        page.goto("/")
        page.get_by_role("link", name="New summary").first.click()
        page.get_by_role("link", name="Scam in progress").click()
        expect(page.get_by_text("Everybody in this ticket is invented.")).to_be_visible()
        page.get_by_role("button", name="Summarize").click()
        page.wait_for_url("**/cases/*")
        case = str(page.title()).split(" · ")[0].removeprefix("Case ")
        page.locator(".facts a").first.click()
        expect(page.locator(".message:target")).to_be_visible()
        page.get_by_text("Reject", exact=True).click()
        page.get_by_label("What is wrong with it").fill(REASON)
        page.get_by_role("button", name="Reject the summary").click()
        expect(page.locator(".badge.rejected")).to_be_visible()

    with site.visit("risk") as page:
        page.goto("/")
        page.get_by_role("link", name="Inbox").click()
        page.get_by_label("State").select_option("Rejected")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("row").filter(has_text=case).get_by_role("link").click()
        page.get_by_role("link", name="Timeline of the case").click()
        expect(page.get_by_text("Rejected by development-agent")).to_contain_text("is missing")
        page.get_by_role("button", name="Verify now").click()
        expect(page.locator(".badge.good", has_text="Verified up to checkpoint")).to_be_visible()
        with page.expect_download() as downloaded:
            page.get_by_role("button", name="Evidence pack").click()
        downloaded.value.save_as(tmp_path / "pack.zip")

    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        pack.extractall(tmp_path)
    assert f"Case {case}" in (tmp_path / "report.html").read_text(encoding="utf-8")
    key = (tmp_path / "public-key.txt").read_text(encoding="utf-8").strip()
    assert fsck(tmp_path / "bundle", key).ok


def test_the_report_of_a_pack_is_whole_without_a_network(site: Site, tmp_path: Path) -> None:
    with site.visit("risk") as page:
        page.goto("/timeline?case=T-2041")
        with page.expect_download() as downloaded:
            page.get_by_role("button", name="Evidence pack").click()
        downloaded.value.save_as(tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        pack.extractall(tmp_path)

    loaded: list[str] = []
    with site.visit(offline=True) as page:
        page.on("request", lambda request: loaded.append(request.url))
        page.goto((tmp_path / "report.html").as_uri())
        expect(page.get_by_role("heading", name="Case T-2041")).to_be_visible()
        expect(page.locator(".held-person").first).to_be_visible()

    assert len(loaded) == 1


def test_an_edited_summary_shows_what_the_agent_made_of_it(site: Site) -> None:
    summary = site.summarize({**SCAM, "id": "T-edited"})
    with site.visit("agent") as page:
        page.goto(f"/cases/{summary}")
        page.get_by_text("Edit and accept").click()
        page.get_by_label("Headline").fill("A scam, stopped in time")
        page.get_by_role("button", name="Save the edited summary").click()

        expect(page.locator(".badge.edited")).to_be_visible()
        page.get_by_text("The text as edited").click()
        expect(page.get_by_text("A scam, stopped in time")).to_be_visible()


def test_a_rejection_needs_a_reason_even_from_a_browser_that_does_not_ask_for_one(
    site: Site,
) -> None:
    summary = site.summarize({**SCAM, "id": "T-no-reason"})
    with site.visit("agent") as page:
        page.goto(f"/cases/{summary}")
        page.get_by_text("Reject", exact=True).click()
        page.evaluate("document.querySelector('#reject_reason').required = false")
        page.get_by_role("button", name="Reject the summary").click()

        expect(page.get_by_role("alert")).to_contain_text("Say what is wrong")
        expect(page.locator(".badge.rejected")).to_have_count(0)


def test_a_summary_is_accepted_without_any_script(site: Site) -> None:
    summary = site.summarize({**SCAM, "id": "T-plain"})
    with site.visit("agent", java_script_enabled=False) as page:
        page.goto(f"/cases/{summary}")
        page.get_by_role("button", name="Accept").click()

        expect(page.locator(".badge.accepted")).to_be_visible()


def test_personal_values_are_shown_at_one_click_and_that_is_on_record(site: Site) -> None:
    summary = site.summarize({**SCAM, "id": "T-restored"})
    with site.visit("agent") as page:
        page.goto(f"/cases/{summary}")
        assert "Danielle" not in page.content()
        page.get_by_role("button", name="Show personal values").click()
        expect(page.get_by_text("That you saw them is recorded")).to_be_visible()
        expect(page.locator("#summary")).to_contain_text("Danielle")

    with site.visit("risk") as page:
        page.goto("/timeline?case=T-restored")
        expect(page.get_by_role("heading", name="Restored", exact=True)).to_be_visible()
        assert "Danielle" not in page.content()


def test_a_summary_that_was_overtaken_says_so_and_leads_to_the_new_one(site: Site) -> None:
    old = site.summarize({**SCAM, "id": "T-stale"})
    new = site.summarize({**SCAM, "id": "T-stale"})
    with site.visit("agent") as page:
        page.goto(f"/cases/{old}")
        page.get_by_role("link", name="Open the newest one").click()

        page.wait_for_url(f"**/cases/{new}")


def test_a_person_is_found_and_their_case_erased_by_two_persons(site: Site) -> None:
    site.summarize({
        "id": "T-erase",
        "messages": [
            {"author": "customer", "body": "I am Beatrix Quillfeather. Close my account."}
        ],
    })
    with site.visit("risk") as page:
        page.goto("/subjects")
        page.get_by_label("Name, number or address").fill("beatrix QUILLFEATHER")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name="T-erase").click()
        page.get_by_role("link", name="Erase or hold").click()
        page.get_by_label("Reason").fill("request DSR-17")
        page.get_by_role("button", name="Ask to erase").click()
        expect(page.get_by_text("Another person must confirm it.")).to_be_visible()

    with site.visit("risk-second") as page:
        page.goto("/approvals")
        page.get_by_role("button", name="Erase it for good").click()
        expect(page.get_by_text("The case is erased.")).to_be_visible()
        page.goto("/timeline?case=T-erase")
        expect(page.get_by_text("or it was erased")).to_be_visible()


def test_nobody_is_the_second_person_to_themselves_and_a_hold_stops_an_erasure(site: Site) -> None:
    site.summarize({**SCAM, "id": "T-hold"})
    with site.visit("risk") as page:
        for button in ("Ask to erase", "Place a hold"):
            page.goto("/approvals?case=T-hold")
            page.get_by_label("Reason").fill("matter 2026-4")
            page.get_by_role("button", name=button).click()
            page.wait_for_url("**/approvals?done=*")
        row = page.get_by_role("row").filter(has_text="T-hold")
        expect(row).to_contain_text("Another person must confirm it.")
        expect(row.get_by_role("button")).to_have_count(0)

    with site.visit("risk-second") as page:
        page.goto("/approvals")
        row = page.get_by_role("row").filter(has_text="T-hold")
        row.get_by_role("button", name="Erase it for good").click()
        expect(page.get_by_role("alert")).to_contain_text("hold")
        page.goto("/timeline?case=T-hold")
        expect(page.get_by_role("heading", name="Case T-hold")).to_be_visible()


def test_a_finding_is_recorded_from_a_sample_and_redacted(site: Site) -> None:
    with site.visit("risk") as page:
        page.goto("/sample?size=1&seed=seven")
        page.locator("table a").first.click()
        page.get_by_label("What you noticed").fill("It leaves out that Hannah Whitfield called.")
        page.get_by_label("Severity").select_option("high")
        page.get_by_role("button", name="Record the finding").click()
        page.wait_for_url("**/cases/*")
        page.goto("/events?kind=finding")
        page.get_by_role("link", name="Finding").first.click()

        expect(page.get_by_text("It leaves out that [PERSON] called.")).to_be_visible()


def test_a_sample_is_drawn_again_by_its_seed(site: Site) -> None:
    with site.visit("risk") as page:
        drawn = []
        for _ in range(2):
            page.goto("/sample?size=3&by=urgency&seed=seven")
            drawn.append(page.locator("tbody a").evaluate_all("all => all.map(one => one.href)"))

    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 3


def test_an_engineer_sees_what_would_be_masked_by_which_recognizer(site: Site) -> None:
    with site.visit("engineer") as page:
        page.goto("/playground")
        page.get_by_label("Text", exact=True).fill("Card 4111 1111 1111 1111 of Hannah Whitfield")
        page.get_by_role("button", name="Redact").click()

        row = page.get_by_role("row").filter(has_text="Hannah Whitfield")
        expect(row).to_contain_text("<PERSON_1>")
        expect(page.locator("pre").first).to_contain_text("1111]")


def test_a_ticket_that_is_refused_says_why(site: Site) -> None:
    with site.visit("agent") as page:
        page.goto("/new")
        page.get_by_label("Ticket").fill(
            json.dumps({"id": "T-empty", "messages": [{"author": "customer", "body": "…"}]})
        )
        page.get_by_role("button", name="Summarize").click()

        expect(page.get_by_role("alert")).to_contain_text("no text to summarize")


def test_the_steps_of_a_run_are_shown_until_its_summary_is(site: Site) -> None:
    with site.visit("agent") as page:
        page.goto("/new")
        page.evaluate(
            """() => {
                window.seen = [];
                const steps = document.querySelector(".steps");
                const look = () => seen.push(steps.querySelectorAll(".done").length);
                new MutationObserver(look).observe(steps, {attributes: true, subtree: true});
                addEventListener("pagehide", () => sessionStorage.setItem("seen", seen));
            }"""
        )
        page.get_by_label("Ticket").fill("My card 4111 1111 1111 1111 was stolen in Leeds.")
        page.get_by_role("button", name="Summarize").click()
        page.wait_for_url("**/cases/*")
        seen = page.evaluate("sessionStorage.getItem('seen')").split(",")

    assert [int(count) for count in seen] == sorted(int(count) for count in seen)
    assert int(seen[-1]) == 6


def test_a_summary_is_rejected_inside_a_case_tool_which_hears_of_it(site: Site) -> None:
    summary = site.summarize({**SCAM, "id": "T-embedded"})
    loaded: list[str] = []
    with site.visit("agent") as page:
        page.on("request", lambda request: loaded.append(urlsplit(request.url).path))
        page.goto(f"/demo?case={summary}")
        page.evaluate(
            """addEventListener('case-summary-review', (told) => {
                window.told = told.detail.decision;
            })"""
        )
        element = page.locator("case-summary")
        expect(element).to_contain_text("critical urgency")
        element.get_by_role("button", name="Reject", exact=True).click()
        element.get_by_label("What is wrong with it").fill(REASON)
        element.get_by_role("button", name="Reject the summary").click()
        expect(element.locator(".rejected")).to_be_visible()

        assert page.evaluate("window.told") == "reject"
    # Once to show it, and once more after the decision: each is a look that is on record.
    assert loaded.count(f"/demo/{summary}") == 2
    assert {path for path in loaded if not path.startswith("/static/")} == {
        "/demo",
        f"/demo/{summary}",
        f"/demo/{summary}/review",
    }


def test_an_engineer_goes_from_a_run_to_the_cases_that_failed_by_keyboard(site: Site) -> None:
    with site.visit("engineer") as page:
        page.goto("/evaluations")
        page.get_by_role("link", name="smoke 1").first.press("Enter")
        page.get_by_role("link", name="Wrong urgency").press("Enter")
        row = page.locator("tbody tr").first
        expect(row.locator(".badge", has_text="Wrong urgency")).to_be_visible()
        failed = row.locator("a")
        case_id = failed.inner_text()
        failed.press("Enter")

        expect(page.get_by_role("heading", name=f"Case {case_id}")).to_be_visible()
        urgency = page.get_by_role("row", name="Urgency").first
        expect(urgency.locator(".badge.bad")).to_have_text("Wrong")
        expect(page.get_by_text("urgency: expected")).to_be_visible()
        expect(page.get_by_role("heading", name="What the model could read")).to_be_visible()
        page.get_by_role("link", name="Next case").press("Enter")
        expect(page.get_by_role("heading", level=1)).not_to_have_text(f"Case {case_id}")
        expect(page.get_by_text("urgency: expected")).to_be_visible()


def test_an_engineer_compares_two_runs_and_opens_a_case_that_the_new_one_lost(site: Site) -> None:
    with site.visit("engineer") as page:
        page.goto("/evaluations")
        page.get_by_role("button", name="Compare").click()
        lost = page.get_by_role("row").filter(has=page.locator(".badge.bad", has_text="lost"))
        case_id = lost.locator("a").first.inner_text()
        lost.locator("a").first.click()

        expect(page.get_by_role("heading", name=f"Case {case_id} in two runs")).to_be_visible()
        for side in ("Base", "New"):
            expect(page.get_by_role("region", name=side)).to_contain_text("Findings")
        moved = page.get_by_role("heading", name="What moved").locator("..")
        expect(moved.locator(".badge.bad").first).to_have_text("Lost")


def test_an_engineer_sees_the_text_of_what_is_in_force(site: Site) -> None:
    with site.visit("engineer") as page:
        page.goto("/in-force")
        policy = page.locator("section", has=page.get_by_role("heading", name="Policy"))
        expect(policy.locator(".badge.good")).to_have_text("In force")
        policy.locator("summary").first.click()
        policy.get_by_text("policy.yaml", exact=True).click()

        expect(policy.locator("pre >> visible=true")).to_contain_text("retain_case: sealed")


def test_an_admin_makes_a_key_that_is_shown_once_and_revokes_it_after_a_question(
    site: Site,
) -> None:
    with site.visit("admin") as page:
        page.goto("/")
        expect(page.get_by_role("heading", name="Keys")).to_be_visible()
        page.get_by_label("Role").select_option("agent")
        page.get_by_label("Name").fill("crm of cards")
        page.get_by_text("Give it less than its role").click()
        page.get_by_label("restore", exact=False).check()
        page.get_by_role("button", name="Make the key").click()
        key = page.get_by_label("The key", exact=True).inner_text()
        page.get_by_role("link", name="It is copied").click()
        expect(page.get_by_role("rowheader", name="crm of cards")).to_be_visible()
        assert key not in page.content()

    with site.visit() as theirs, site.visit("admin") as page:
        sign_in(theirs, key)
        expect(theirs.get_by_text("crm of cards (agent)")).to_be_visible()

        page.goto("/keys")
        row = page.get_by_role("row").filter(has_text="crm of cards")
        expect(row).to_contain_text("without restore")
        expect(row).to_contain_text("by development-admin")
        row.get_by_role("link", name="Revoke").click()
        page.get_by_role("button", name="Revoke it for good").click()
        expect(page.get_by_role("status").first).to_contain_text("The key is revoked")

        theirs.goto("/")
        expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()
