"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const list = document.getElementById("list");
  const more = document.getElementById("more");
  const count = document.getElementById("count");
  const filters = ["task", "condition", "outcome", "right", "text"];
  const field = (name) => document.getElementById("f-" + name);
  const PAGE = 20;
  let limit = PAGE;

  for (const name of ["task", "condition", "outcome"]) {
    for (const value of [...new Set(data.samples.map((s) => s[name]))]) {
      field(name).add(new Option(value, value));
    }
  }

  const make = (tag, text, kind) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  const card = (sample) => {
    const box = make("article", undefined, "sample");
    const shots = make("div", undefined, "shots");
    for (const digest of sample.images) {
      if (!data.pictures[digest]) continue;
      const image = make("img");
      image.src = data.pictures[digest];
      image.alt = "picture of sample " + sample.id;
      shots.append(image);
    }
    if (!shots.childElementCount) shots.append(make("p", "no picture", "none"));
    const body = make("div");
    const where = make("p", `${sample.task} · ${sample.condition} · ${sample.kind} · ${sample.id}  `, "where");
    const tag = sample.outcome === "answered" ? (sample.right ? "right" : "not right") : sample.outcome;
    where.append(make("span", tag, "tag " + (sample.right ? "right" : "wrong")));
    const facts = make("dl");
    const add = (name, text, kind) => {
      if (!text) return;
      facts.append(make("dt", name), make("dd", text, kind));
    };
    add("prompt", sample.prompt);
    add("target", sample.target);
    add(sample.outcome === "errored" ? "error" : "response", sample.response || "(nothing)", "said");
    if (sample.reasoning) {
      const folded = make("details");
      folded.append(make("summary", "reasoning"), make("pre", sample.reasoning));
      const dd = make("dd");
      dd.append(folded);
      facts.append(make("dt", ""), dd);
    }
    for (const score of sample.scores) {
      add(score.scorer, [score.value, score.answer && `read: ${score.answer}`, score.explanation].filter(Boolean).join(" · "));
    }
    body.append(where, facts);
    box.append(shots, body);
    return box;
  };

  const wanted = (sample) => {
    const text = field("text").value.trim().toLowerCase();
    return (
      filters.slice(0, 4).every((name) => !field(name).value || String(sample[name]) === field(name).value) &&
      (!text || (sample.prompt + " " + sample.response + " " + sample.id).toLowerCase().includes(text))
    );
  };

  const show = () => {
    const found = data.samples.filter(wanted);
    list.replaceChildren(...found.slice(0, limit).map(card));
    count.textContent = `${found.length} samples`;
    more.hidden = found.length <= limit;
  };

  for (const name of filters) {
    field(name).addEventListener("input", () => { limit = PAGE; show(); });
  }
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => { limit += PAGE; show(); });
  show();
})();
