"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.querySelector(".filters");
  if (!form) return;
  const list = document.getElementById("list");
  const more = document.getElementById("more");
  const count = document.getElementById("count");
  const open = document.getElementById("unveil");
  const choices = ["aspect", "task", "condition", "outcome", "right"];
  const field = (name) => document.getElementById("f-" + name);
  const PAGE = 20;
  let limit = PAGE;

  const make = (tag, text, kind) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  const shots = (sample) => {
    const box = make("div", undefined, "shots");
    for (const digest of sample.images) {
      if (!data.pictures[digest]) {
        box.append(make("p", "picture missing or unreadable", "none"));
        continue;
      }
      const image = make("img");
      image.src = data.pictures[digest];
      image.decoding = "async";
      image.alt = `picture shown with ${sample.id}`;
      box.append(image);
    }
    if (sample.picture) {
      const absent = make("p", "shown with a picture that is not in this run: ", "none");
      absent.append(make("b", sample.picture));
      box.append(absent);
    } else if (!sample.images.length) {
      box.append(make("p", sample.outcome === "errored" ? "the request failed" : "text only", "none"));
    }
    return box;
  };

  const facts = (sample) => {
    const found = make("dl");
    const add = (name, text, kind) => {
      if (!text) return;
      const said = make("dd", text, kind);
      said.dir = "auto";
      found.append(make("dt", name), said);
    };
    add("prompt", sample.prompt);
    add("target", sample.target);
    add(sample.outcome === "errored" ? "error" : "response", sample.response || "(nothing)", "said");
    if (sample.reasoning) {
      const folded = make("details");
      folded.append(make("summary", "show"), make("div", sample.reasoning));
      const holder = make("dd");
      holder.append(folded);
      found.append(make("dt", "reasoning"), holder);
    }
    for (const score of sample.scores) {
      const read = score.answer && `read as: ${score.answer}`;
      add(score.scorer.replaceAll("_", " "), [score.value, read, score.explanation].filter(Boolean).join(" · "));
    }
    return found;
  };

  const veil = (box, body) => {
    const button = make("button", undefined, "unveil");
    button.type = "button";
    const set = (veiled) => {
      box.classList.toggle("veiled", veiled);
      button.textContent = veiled ? "Show this harmful sample" : "Hide it again";
      button.setAttribute("aria-expanded", String(!veiled));
    };
    button.addEventListener("click", () => set(!box.classList.contains("veiled")));
    body.append(button);
    set(!open.checked);
  };

  const card = (sample) => {
    const box = make("article", undefined, "sample");
    box.tabIndex = -1;
    const told = sample.right !== null;
    const verdict = told && sample.outcome === "answered" ? (sample.right ? "right" : "not right") : sample.outcome;
    const where = make("p", [sample.task, sample.condition, sample.kind, sample.id].filter(Boolean).join(" · ") + " ", "where");
    where.append(make("span", verdict, "tag" + (told ? (sample.right ? " right" : " wrong") : "")));
    const body = make("div");
    body.append(where);
    if (sample.veiled) veil(box, body);
    body.append(facts(sample));
    box.append(shots(sample), body);
    return box;
  };

  const wanted = (sample) => {
    const text = field("text").value.trim().toLowerCase();
    return (
      choices.every((name) => !field(name).value || String(sample[name]) === field(name).value) &&
      (!text || `${sample.prompt}\n${sample.response}\n${sample.id}`.toLowerCase().includes(text))
    );
  };

  const show = () => {
    const found = data.samples.filter(wanted);
    list.replaceChildren(...found.slice(0, limit).map(card));
    if (!found.length) list.append(make("p", "No sample fits these filters.", "empty"));
    count.textContent = found.length === 1 ? "1 sample" : `${found.length} samples`;
    more.hidden = found.length <= limit;
  };

  const afresh = () => {
    limit = PAGE;
    show();
  };

  for (const name of choices.slice(0, 4)) {
    for (const value of new Set(data.samples.map((sample) => sample[name]))) {
      field(name).add(new Option(value, value));
    }
  }
  form.addEventListener("input", afresh);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(afresh));
  open.addEventListener("change", show);
  more.addEventListener("click", () => {
    const first = limit;
    limit += PAGE;
    show();
    list.children[first].focus();
  });
  for (const link of document.querySelectorAll("a[data-task]")) {
    link.hidden = false;
    link.addEventListener("click", () => {
      form.reset();
      field("task").value = link.dataset.task;
      afresh();
    });
  }
  field("right").parentElement.hidden = data.samples.every((sample) => sample.right === null);
  document.getElementById("still").remove();
  form.hidden = false;
  document.getElementById("veil").hidden = !data.samples.some((sample) => sample.veiled);
  show();
})();
