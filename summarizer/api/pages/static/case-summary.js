// <case-summary>: a summary inside any case tool. One file, no build step, no framework.
//
//   <script src="case-summary.js" defer></script>
//   <case-summary endpoint="/v1/summaries/ID" review="/v1/summaries/ID/review"></case-summary>
//
// `endpoint` gives the summary as `GET /v1/summaries/{id}` does; `review` takes what
// `POST /v1/summaries/{id}/review` takes. Nothing else is fetched. `headers` is a JSON object of
// headers to send, or a property of the element. Decisions are told by the event
// `case-summary-review`. Texts are set as text, never as markup.
"use strict";

{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif;
      --text: #1b2026; --quiet: #535e6c; --ground: #fff; --line: #d5dae1; --edge: #7a8594; --link: #0a56a5;
      --bad: #a3201b; --warn: #7a4a00; --good: #17653a; --tint: #e9edf2; --held: #6a2c91; --held-ground: #f3e6fb;
      color: var(--text); background: var(--ground); border: 1px solid var(--line); border-radius: 8px;
      padding: 1rem; overflow-wrap: anywhere; }
    @media (prefers-color-scheme: dark) { :host {
      --text: #e8ebef; --quiet: #a9b4c1; --ground: #1a2027; --line: #333c47; --edge: #7f8b9a; --link: #86bdff;
      --bad: #ff9d96; --warn: #f0bd6b; --good: #7fdba2; --tint: #2a323c; --held: #d9b0f5; --held-ground: #331e42; } }
    h2 { font-size: 1.125rem; line-height: 1.3; margin: 0 0 .5rem; } h3 { font-size: .9375rem; margin: .75rem 0 .25rem; }
    p, ul { margin: 0 0 .5rem; } ul { padding-left: 1.25rem; }
    .row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
    .badge { padding: 0 .5rem; border-radius: 99px; background: var(--tint); font-size: .8125rem; font-weight: 600; }
    .critical, .rejected { color: var(--bad); } .high { color: var(--warn); } .accepted, .edited { color: var(--good); }
    .held { background: var(--held-ground); color: var(--held); border-radius: 4px; padding: 0 .25em; font-weight: 600; }
    .quiet { color: var(--quiet); font-size: .875rem; }
    button { font: inherit; font-weight: 600; min-height: 2.25rem; padding: .25rem .75rem; cursor: pointer;
      border: 1px solid var(--edge); border-radius: 6px; background: var(--ground); color: var(--text); }
    button:hover { background: var(--tint); }
    textarea { font: inherit; width: 100%; box-sizing: border-box; min-height: 4rem; padding: .375rem .5rem;
      border: 1px solid var(--edge); border-radius: 6px; background: var(--ground); color: var(--text); }
    label { display: block; font-weight: 600; margin: .5rem 0 .25rem; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    [hidden] { display: none; }
  `);
  const held = /<[A-Z][A-Z0-9_]*_[0-9]+>/g;

  const made = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // A text whose placeholders stand out.
  const marked = (text) => {
    const parts = [];
    let end = 0;
    for (const match of text.matchAll(held)) {
      parts.push(text.slice(end, match.index), made("span", { className: "held", textContent: match[0] }));
      end = match.index + match[0].length;
    }
    return [...parts, text.slice(end)];
  };

  class CaseSummary extends HTMLElement {
    static observedAttributes = ["endpoint"];
    #isDue = false;
    #turn = 0;

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      this.headers = null;
    }

    attributeChangedCallback() {
      if (this.isConnected) this.#loadSoon();
    }

    connectedCallback() {
      if (!this.hasAttribute("role")) this.setAttribute("role", "region");
      if (!this.hasAttribute("aria-label")) this.setAttribute("aria-label", "Case summary");
      this.#loadSoon();
    }

    // An element that becomes ours is told of its attribute and of its place: one look is enough.
    #loadSoon() {
      if (this.#isDue) return;
      this.#isDue = true;
      queueMicrotask(() => {
        this.#isDue = false;
        this.load();
      });
    }

    async load() {
      const endpoint = this.getAttribute("endpoint");
      if (!endpoint) return;
      const turn = ++this.#turn;
      this.#show(made("p", { className: "quiet", textContent: "Loading the summary…" }));
      try {
        const response = await fetch(endpoint, { headers: this.#sent({ Accept: "application/json" }) });
        const found = await response.json();
        if (turn !== this.#turn) return;
        if (response.ok) this.#render(found);
        else this.#fault(found.detail);
      } catch {
        this.#fault("The summary cannot be loaded.");
      }
    }

    #sent(headers) {
      const own = this.headers ?? JSON.parse(this.getAttribute("headers") ?? "{}");
      return { ...headers, ...own };
    }

    #show(...content) {
      this.shadowRoot.replaceChildren(...content);
    }

    #fault(detail) {
      this.#show(made("p", { role: "alert", textContent: detail ?? "The summary cannot be loaded." }));
    }

    #render(found) {
      const summary = found.outcome.summary;
      const final = found.reviews.at(-1)?.summary;
      const words = made("div", {},
        made("h2", {}, ...marked(final?.headline ?? summary.headline)),
        made("p", {}, ...marked(final?.narrative ?? summary.narrative)),
        made("h3", { textContent: "Key facts" }),
        made("ul", {}, ...summary.key_facts.map((fact) => made("li", {}, ...marked(fact.text)))),
        made("h3", { textContent: `Next: ${summary.next_action.code.replaceAll("_", " ")}` }),
        made("p", {}, ...marked(final?.next_action ?? summary.next_action.detail)));
      const signs = made("p", { className: "row" },
        made("span", { className: `badge ${summary.urgency}`, textContent: `${summary.urgency} urgency` }),
        made("span", { className: `badge ${found.state}`, textContent: found.state }),
        ...(found.stale ? [made("span", { className: "badge high", textContent: "stale" })] : []));
      const deadlines = made("ul", { hidden: !summary.deadlines.length },
        ...summary.deadlines.map((each) => made("li", { textContent: `${each.due}: ${each.because} (${each.citation})` })));
      const status = made("p", { className: "quiet", role: "status" });
      this.#show(signs, words, deadlines, ...(this.hasAttribute("review") ? this.#decisions(found, words, status) : []), status);
    }

    #decisions(found, words, status) {
      const button = (name, press) => made("button", { type: "button", textContent: name, onclick: press });
      const reason = made("textarea", { id: "reason" });
      const text = made("textarea", { id: "narrative", value: found.outcome.summary.narrative });
      const rejecting = made("div", { hidden: true }, made("label", { htmlFor: "reason", textContent: "What is wrong with it" }), reason,
        button("Reject the summary", () => this.#decide({ decision: "reject", reason: reason.value }, status)));
      const editing = made("div", { hidden: true }, made("label", { htmlFor: "narrative", textContent: "Narrative" }), text,
        button("Save the edited summary", () => this.#decide({ decision: "edit", summary: { narrative: text.value } }, status)));
      const toggle = (shown, other) => () => {
        shown.hidden = !shown.hidden;
        other.hidden = true;
        if (!shown.hidden) shown.querySelector("textarea").focus();
      };
      const copy = async () => {
        try {
          await navigator.clipboard.writeText(words.innerText.trim());
          status.textContent = "Copied.";
        } catch {
          status.textContent = "The browser did not allow copying.";
        }
      };
      return [made("div", { className: "row" },
        button("Copy", copy),
        button("Accept", () => this.#decide({ decision: "accept" }, status)),
        button("Edit", toggle(editing, rejecting)),
        button("Reject", toggle(rejecting, editing))), editing, rejecting];
    }

    async #decide(review, status) {
      status.textContent = "Saving…";
      try {
        const response = await fetch(this.getAttribute("review"), {
          method: "POST",
          headers: this.#sent({ "Content-Type": "application/json", Accept: "application/json" }),
          body: JSON.stringify(review),
        });
        const told = await response.json();
        if (!response.ok) {
          status.textContent = told.detail ?? "It was not saved.";
          return;
        }
        this.dispatchEvent(new CustomEvent("case-summary-review", { bubbles: true, composed: true, detail: told }));
        await this.load();
      } catch {
        status.textContent = "It was not saved: the service does not answer.";
      }
    }
  }

  customElements.define("case-summary", CaseSummary);
}
