(function () {
  "use strict";
  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  const SHOWN = 60;

  // ---- what can be found: read from the page itself, once, when the browser has time
  let entries = null;
  function entry(kind, el, name, label, more, weight) {
    const low = name.toLowerCase();
    return { kind, el, name, label, low, lowLabel: label.toLowerCase(),
      all: (name + " " + label + " " + more).toLowerCase(), weight };
  }
  const WEIGHTS = { Dataset: 6, Variable: 5, Codelist: 4, Dictionary: 4, Display: 4, Method: 3, Result: 3,
    Standard: 2, Document: 2, Comment: 1, Value: 0 };
  function read() {
    const found = [];
    for (const el of document.querySelectorAll("main [data-k]")) {
      const kind = el.dataset.k, n = el.querySelector(".n"), l = el.querySelector(".l");
      let name = n ? n.textContent : "", label = l ? l.textContent : "", more = "";
      if (kind === "Variable") { name = el.id; more = el.textContent; }
      else if (kind === "Value") { more = el.textContent; label = name; name = el.id; }
      else if (kind === "Codelist") more = el.querySelector("h3").textContent + " " + el.querySelector(".oid").textContent;
      else if (kind !== "Dataset" && kind !== "Display") more = el.textContent;
      found.push(entry(kind, el, name, label, more, WEIGHTS[kind]));
      if (kind === "Codelist") for (const row of el.querySelector(".terms").tBodies[0].rows) {
        const cells = row.cells, last = cells.length - 1;
        const text = [];
        for (let i = 1; i <= last; i++) text.push(cells[i].textContent);
        found.push(entry("Term", row, cells[0].firstChild ? cells[0].firstChild.textContent : "", text.join(" · "), name, 1));
        found[found.length - 1].list = name;
      }
    }
    return found;
  }
  const index = () => entries || (entries = read());

  function word(text, at) { return at === 0 || (at > 0 && !/[a-z0-9]/.test(text[at - 1])); }
  function score(e, query) {
    const bare = e.low.slice(e.low.indexOf(".") + 1);
    const own = e.kind === "Variable" ? bare : e.low;
    if (own === query || e.low === query) return 100;
    if (own.startsWith(query) || e.low.startsWith(query)) return 80;
    const inLabel = e.lowLabel.indexOf(query);
    if (e.lowLabel === query) return 75;
    if (inLabel >= 0 && word(e.lowLabel, inLabel)) return 60;
    if (own.includes(query)) return 50;
    if (inLabel >= 0) return 40;
    return 20;
  }
  function search(text) {
    const query = text.trim().toLowerCase(), words = query.split(/\s+/);
    const hits = [];
    for (const e of index()) if (words.every(w => e.all.includes(w))) hits.push([score(e, query) + e.weight, hits.length, e]);
    hits.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    return hits.map(hit => hit[2]);
  }

  // ---- the list of what was found
  const input = byId("search"), list = byId("found"), told = byId("told");
  let hits = [], at = -1;
  function marked(text, words, limit) {
    const span = document.createElement("span"), low = text.toLowerCase();
    let from = 0;
    const first = Math.min(...words.map(w => low.indexOf(w)).filter(i => i >= 0), Infinity);
    if (first !== Infinity && first > limit - 40) { from = first - 30; span.append("…"); }
    text = text.slice(from, from + limit);
    const find = text.toLowerCase();
    let done = 0;
    while (done < text.length) {
      let next = -1, length = 0;
      for (const w of words) {
        const i = find.indexOf(w, done);
        if (i >= 0 && (next < 0 || i < next || (i === next && w.length > length))) { next = i; length = w.length; }
      }
      if (next < 0) break;
      span.append(text.slice(done, next));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next, next + length);
      span.append(mark);
      done = next + length;
    }
    span.append(text.slice(done));
    return span;
  }
  function option(e, i, words) {
    const item = document.createElement("div");
    item.id = "found-" + i;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const kind = document.createElement("span");
    kind.textContent = e.kind;
    const detail = e.kind === "Term" ? e.label + "  in " + e.list : e.label || e.all.replace(/\s+/g, " ");
    item.append(kind, marked(e.name, words, 200), marked(detail, words, 160));
    item.addEventListener("mousedown", event => event.preventDefault());
    item.addEventListener("click", () => go(i));
    return item;
  }
  function show() {
    const text = input.value.trim();
    list.replaceChildren();
    at = -1;
    if (!text) { close(); return; }
    hits = search(text);
    const words = text.toLowerCase().split(/\s+/);
    hits.slice(0, SHOWN).forEach((e, i) => list.append(option(e, i, words)));
    const say = hits.length === 0 ? "Nothing found" : hits.length > SHOWN ? SHOWN + " of " + hits.length + " shown" : "";
    if (say) { const p = document.createElement("p"); p.textContent = say; list.append(p); }
    told.textContent = hits.length + " found";
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(hits.length ? 0 : -1);
  }
  function choose(i) {
    const options = list.querySelectorAll("[role=option]");
    if (at >= 0 && options[at]) options[at].setAttribute("aria-selected", "false");
    at = options.length ? (i + options.length) % options.length : -1;
    if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
    options[at].setAttribute("aria-selected", "true");
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  }
  function close() {
    list.hidden = true;
    hits = [];
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function go(i) {
    const el = hits[i].el;
    close();
    input.blur();
    land(el);
  }

  // ---- coming to a place: what is folded is opened, and the place is shown
  function open(body, yes) {
    body.classList.toggle("open", yes);
    const button = document.querySelector('[aria-controls="' + CSS.escape(body.id) + '"]');
    if (button) button.setAttribute("aria-expanded", String(yes));
  }
  let landed = null;
  function land(el) {
    const body = el.closest(".values");
    if (body) open(body, true);
    root.classList.remove("only");
    if (byId("only")) byId("only").checked = false;
    const named = el.closest("[id]");
    if (named && named.id && location.hash !== "#" + named.id) history.pushState(null, "", "#" + named.id);
    const block = el.matches("section, article") ? "start" : "center";
    el.scrollIntoView({ block });
    // Sections above may find their true height only now.
    requestAnimationFrame(() => requestAnimationFrame(() => el.scrollIntoView({ block })));
    if (landed) landed.classList.remove("landed");
    landed = el.matches("section") ? null : el;
    if (landed) landed.classList.add("landed");
    el.setAttribute("tabindex", "-1");
    el.focus({ preventScroll: true });
  }
  function fromAddress() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch (error) { /* a bad address leads nowhere */ }
    const el = id && byId(id);
    contents(false);
    if (el && el.closest("main") && el.id !== "content") land(el);
  }

  // ---- a codelist, method or comment beside the variable that refers to it
  const peek = byId("peek"), peeked = byId("peeked");
  let before = null;
  function look(anchor, from) {
    const el = byId(anchor);
    if (!el) return false;
    const copy = el.cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll("[id]")]) one.removeAttribute("id");
    for (const one of [copy, ...copy.querySelectorAll("[data-k]")]) one.removeAttribute("data-k");
    peeked.replaceChildren(copy);
    peek.querySelector(".top a").href = "#" + anchor;
    peek.hidden = false;
    peek.scrollTop = 0;
    before = from;
    peek.querySelector("button").focus();
    return true;
  }
  function unlook() {
    if (peek.hidden) return;
    peek.hidden = true;
    peeked.replaceChildren();
    if (before) before.focus();
  }
  function contents(yes) {
    byId("contents").classList.toggle("open", yes);
    byId("toc").setAttribute("aria-expanded", String(yes));
  }

  // ---- stepping through the differences
  function step(by) {
    const marks = Array.from(document.querySelectorAll("main tr.added, main tr.removed, main tr.changed, main .part.added, main .part.changed"))
      .filter(el => !el.closest(".list"));
    if (!marks.length) return;
    const now = marks.indexOf(landed);
    land(marks[((now < 0 && by < 0 ? 0 : now) + by + marks.length) % marks.length]);
  }

  document.addEventListener("click", event => {
    const fold = event.target.closest(".fold");
    if (fold) { open(byId(fold.getAttribute("aria-controls")), fold.getAttribute("aria-expanded") !== "true"); return; }
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.classList.contains("peek") && look(link.hash.slice(1), link)) { event.preventDefault(); return; }
    if (link.closest("#peek") && link.hash) unlook();
    if (link.closest("nav")) contents(false);
    if (link.hash && link.hash === location.hash && link.getAttribute("href")[0] === "#") fromAddress();
  });
  peek.querySelector("button").addEventListener("click", unlook);
  byId("toc").addEventListener("click", () => contents(!byId("contents").classList.contains("open")));
  input.addEventListener("input", show);
  input.addEventListener("focus", () => { index(); if (input.value.trim()) show(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", event => {
    if (event.key === "ArrowDown") choose(at + 1);
    else if (event.key === "ArrowUp") choose(at - 1);
    else if (event.key === "Enter" && at >= 0) go(at);
    else if (event.key === "Escape") { if (list.hidden) input.blur(); else { input.value = ""; close(); } }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    if (event.key === "/") { event.preventDefault(); input.focus(); input.select(); }
    else if (event.key === "Escape") { unlook(); contents(false); }
    else if (event.key === "n") step(1);
    else if (event.key === "p") step(-1);
  });
  const only = byId("only");
  if (only) only.addEventListener("change", () => root.classList.toggle("only", only.checked));

  // ---- dark or light: what was chosen is kept where the browser allows it
  const kept = { get() { try { return localStorage.getItem("clinmap-theme"); } catch (error) { return null; } },
    set(theme) { try { localStorage.setItem("clinmap-theme", theme); } catch (error) { /* not kept */ } } };
  if (kept.get()) root.dataset.theme = kept.get();
  byId("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    kept.set(root.dataset.theme);
  });

  addEventListener("hashchange", fromAddress);
  if (location.hash) fromAddress();
  (window.requestIdleCallback || setTimeout)(() => index());
})();
