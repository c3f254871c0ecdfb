// What the pages do beyond links and forms; without it every page still works.
"use strict";

const lit = (element, on) => {
  for (const id of element.dataset.messages.split(" ")) {
    document.getElementById(id)?.classList.toggle("lit", on);
  }
};

const said = (words) => {
  const toast = document.getElementById("toast");
  if (!toast) return;
  toast.textContent = words;
  setTimeout(() => { if (toast.textContent === words) toast.textContent = ""; }, 4000);
};

// Pointing at a fact, or reaching it by keyboard, shows the messages it rests on.
for (const [event, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(event, (happened) => {
    const fact = happened.target.closest?.("[data-messages]");
    if (fact) lit(fact, on);
  });
}

document.addEventListener("click", async (happened) => {
  const target = happened.target.closest?.("[data-copy], [data-jump]");
  if (!target) return;
  if (target.dataset.jump) {
    // A link of our own jumps by itself; anywhere else on the fact leads to its first message.
    if (happened.target.closest("a, button")) return;
    const message = document.getElementById(target.dataset.jump);
    message?.scrollIntoView({ block: "center" });
    message?.focus({ preventScroll: true });
    return;
  }
  const text = document.getElementById(target.dataset.copy)?.innerText ?? "";
  try {
    await navigator.clipboard.writeText(text.trim());
    said("Copied.");
  } catch {
    said("The browser did not allow copying; select the text instead.");
  }
});

// Events of a response: the name of each and its data.
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const event = /^event: (.*)\ndata: (.*)$/s.exec(part);
      if (event) yield [event[1], JSON.parse(event[2])];
    }
  }
}

// A pasted ticket: each step is shown as it is done, then the summary.
document.getElementById("paste")?.addEventListener("submit", async (happened) => {
  happened.preventDefault();
  const form = happened.target;
  const progress = document.getElementById("progress");
  const stopped = document.getElementById("stopped");
  const steps = [...progress.querySelectorAll("[data-step]")];
  const button = form.querySelector("button");
  const words = button.dataset.words ??= button.textContent;
  const stop = (detail) => {
    steps.find((step) => step.classList.contains("now"))?.classList.replace("now", "bad");
    stopped.hidden = false;
    stopped.firstElementChild.textContent = detail;
    button.disabled = false;
    button.textContent = words;
  };
  const reach = (name) => {
    // A repair sends and asks again: what was done after is not done any more.
    const at = steps.findIndex((step) => step.dataset.step === name);
    steps.forEach((step, number) => {
      step.className = number <= at ? "done" : number === at + 1 ? "now" : "";
    });
  };
  progress.hidden = false;
  stopped.hidden = true;
  reach("");
  progress.scrollIntoView({ block: "nearest" });
  button.disabled = true;
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "text/event-stream" },
      body: new URLSearchParams(new FormData(form)),
    });
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
      const problem = await response.json();
      stop(`${problem.title}: ${problem.detail}.`);
      return;
    }
    for await (const [name, data] of eventsOf(response)) {
      if (name === "error") stop(`${data.title}: ${data.detail}.`);
      else reach(name);
      if (name === "outcome") location.assign(`/cases/${data.audit.event_ids.at(-1)}`);
    }
  } catch {
    stop("The service does not answer any more; look into the inbox before you send it again.");
  }
});

// A form that takes a while says so, and is sent once.
document.addEventListener("submit", (happened) => {
  const button = happened.target.querySelector("button[data-busy]");
  if (button) {
    button.textContent = button.dataset.busy;
    setTimeout(() => { button.disabled = true; });
  }
});
addEventListener("pageshow", (happened) => { if (happened.persisted) location.reload(); });

document.addEventListener("htmx:responseError", () => said("That did not work; load the page again."));
document.addEventListener("htmx:sendError", () => said("The service does not answer."));
