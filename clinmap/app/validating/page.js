(function () {
  "use strict";
  const byId = id => document.getElementById(id);
  const RANK = { error: 0, warning: 1, note: 2 }, PRINTED = 2000, NARROW = matchMedia("(max-width: 60rem)");
  const count = number => number.toLocaleString("en-US");
  const plural = (number, word) => count(number) + " " + word + (number === 1 ? "" : "s");

  function make(tag, text, kind) {
    const el = document.createElement(tag);
    if (text !== undefined && text !== null && text !== "") el.textContent = text;
    if (kind) el.className = kind;
    return el;
  }
  const summed = steps => { let at = 0; return Int32Array.from(steps, step => at += step); };

  // ---- the data of the page: findings, tables, and one entry for each record of a finding
  let findings = [], tables = {}, rules = {}, gone = [], size = 0;
  let ofFinding, ofPlace, ofSubject, isNew, kept, subjects = [], subjectsLow = [];
  async function unpack() {
    const bytes = Uint8Array.from(atob(byId("data").textContent), letter => letter.charCodeAt(0));
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    byId("data").remove();
    const read = JSON.parse(text);
    ({ findings, tables, rules, gone } = read);
    for (const table of Object.values(tables)) {
      table.rows = summed(table.rows);
      table.hits = new Map();
      for (const [name, [texts, codes]] of Object.entries(table.columns))
        table.columns[name] = { texts, codes: Int32Array.from(codes), low: null };
    }
    number();
  }
  function number() {
    const known = new Map();
    for (const table of Object.values(tables)) {
      const column = table.columns.USUBJID;
      table.subject = column ? Int32Array.from(column.texts, text => {
        if (!known.has(text)) known.set(text, known.size);
        return known.get(text);
      }) : null;
    }
    subjects = [...known.keys()];
    subjectsLow = subjects.map(text => text.toLowerCase());
    size = findings.reduce((sum, one) => sum + Math.max(one.p.length, 1), 0);
    ofFinding = new Int32Array(size); ofPlace = new Int32Array(size); ofSubject = new Int32Array(size).fill(-1);
    isNew = new Uint8Array(size); kept = new Uint8Array(size);
    let at = 0;
    findings.forEach((one, number) => {
      const places = summed(one.p), table = tables[one.d], fresh = new Set(one.y);
      one.from = at; one.number = number; one.low = [one.c, one.d, one.v, one.d + "." + one.v, one.m, one.h, one.e, (rules[one.c] || [""])[0]].join("\n").toLowerCase();
      if (!places.length) { ofFinding[at] = number; ofPlace[at] = -1; isNew[at++] = one.z === "new" ? 1 : 0; }
      places.forEach((place, step) => {
        ofFinding[at] = number; ofPlace[at] = place; isNew[at] = fresh.has(step) ? 1 : 0;
        if (table && table.subject) { const code = table.columns.USUBJID.codes[place]; if (code >= 0) ofSubject[at] = table.subject[code]; }
        at++;
      });
      one.to = at;
    });
  }

  // ---- filtering: findings first, then their records
  const filter = { text: "", dataset: "", rule: "", severity: "", subject: "", state: "open" };
  let by = "rule", lines = [], opened = new Set(), counts, at = 0;
  function fits(one) {
    return (!filter.dataset || one.d === filter.dataset) && (!filter.rule || one.c === filter.rule)
      && (!filter.severity || one.s === filter.severity)
      && (filter.state === "explained" ? one.e : filter.state === "" || !one.e);
  }
  function hitsOf(table, name) {
    if (table.hits.has(name)) return table.hits.get(name);
    const column = table.columns[name];
    column.low = column.low || column.texts.map(text => text.toLowerCase());
    const hits = Uint8Array.from(column.low, text => text.includes(filter.text) ? 1 : 0);
    table.hits.set(name, hits);
    return hits;
  }
  function sift() {
    for (const table of Object.values(tables)) table.hits.clear();
    kept.fill(0);
    counts = new Int32Array(findings.length);
    const low = filter.subject.toLowerCase();
    const wanted = low ? Uint8Array.from(subjectsLow, text => text.includes(low) ? 1 : 0) : null;
    for (const one of findings) {
      if (!fits(one)) continue;
      const whole = !filter.text || one.low.includes(filter.text), table = tables[one.d];
      if (!whole && (!table || !one.p.length)) continue;
      const searched = whole || !table ? [] : one.a.filter(name => table.columns[name]).map(name => [table.columns[name].codes, hitsOf(table, name)]);
      let number = 0;
      for (let entry = one.from; entry < one.to; entry++) {
        if (wanted && !(ofSubject[entry] >= 0 && wanted[ofSubject[entry]])) continue;
        if (filter.state === "new" && !isNew[entry] || filter.state === "staying" && isNew[entry]) continue;
        if (!whole && !searched.some(([codes, hits]) => { const code = codes[ofPlace[entry]]; return code >= 0 && hits[code]; })) continue;
        kept[entry] = 1; number++;
      }
      counts[one.number] = number;
    }
  }
  function group() {
    const groups = new Map();
    const into = (key, one, number) => {
      let own = groups.get(key);
      if (!own) groups.set(key, own = { key, findings: [], records: 0, worst: 3 });
      own.findings.push([one, number]);
      if (one.p.length) own.records += number;
      own.worst = Math.min(own.worst, RANK[one.s]);
    };
    if (by === "subject") {
      for (const one of findings) {
        if (!counts[one.number]) continue;
        const own = new Map();
        for (let entry = one.from; entry < one.to; entry++) if (kept[entry]) own.set(ofSubject[entry], (own.get(ofSubject[entry]) || 0) + 1);
        for (const [subject, number] of own) into(subject, one, number);
      }
    } else for (const one of findings) if (counts[one.number]) into(by === "rule" ? one.c : one.d, one, counts[one.number]);
    const listed = [...groups.values()], name = one => by === "subject" ? (one.key < 0 ? "\uffff" : subjects[one.key]) : one.key;
    listed.sort((a, b) => (by === "rule" ? a.worst - b.worst : 0) || (name(a) < name(b) ? -1 : 1));
    return listed;
  }
  let groups = [];
  function lay() {
    lines = [];
    for (const own of groups) {
      const open = opened.has(by + own.key);
      lines.push({ own, open });
      if (open) for (const [one, number] of own.findings) lines.push({ one, number, own });
    }
    at = Math.min(at, Math.max(lines.length - 1, 0));
    draw();
  }
  function refilter() {
    const began = performance.now();
    sift();
    groups = group();
    if (groups.length && groups.length < 4) for (const own of groups) opened.add(by + own.key);
    lay();
    const records = counts.reduce((sum, number, place) => sum + (findings[place].p.length ? number : 0), 0), found = counts.reduce((sum, number) => sum + (number > 0), 0);
    byId("told").textContent = plural(found, "finding") + ", " + plural(records, "record");
    if (!panel.hidden && shown) open(shown.one, shown.subject, false);
    document.documentElement.dataset.filtered = (performance.now() - began).toFixed(1);
  }

  // ---- the list: only the lines that are seen are drawn
  const list = byId("lines"), tall = list.firstElementChild, panel = byId("panel"), records = byId("records");
  const lineHeight = () => NARROW.matches ? 54 : 34;
  let drawnFrom = 0, drawnTo = 0;
  function seen(more) {
    const height = lineHeight();
    return [Math.max(0, Math.floor(list.scrollTop / height) - more), Math.min(lines.length, Math.ceil((list.scrollTop + list.clientHeight) / height) + more)];
  }
  // While what is seen is drawn already nothing is drawn anew: a press meets the line it began on.
  function scrolled() {
    const [first, last] = seen(0);
    if (first < drawnFrom || last > drawnTo) draw();
  }
  function draw() {
    const height = lineHeight(), [first, last] = seen(20);
    drawnFrom = first; drawnTo = last;
    tall.style.height = lines.length * height + "px";
    const drawn = [];
    for (let number = first; number < last; number++) drawn.push(drawnLine(lines[number], number, height));
    if (!lines.length) drawn.push(make("p", findings.length ? "Nothing fits the filter." : "There is no finding.", "none"));
    tall.replaceChildren(...drawn);
    if (lines.length) list.setAttribute("aria-activedescendant", "line-" + at);
  }
  function drawnLine(line, number, height) {
    const el = make("div", "", "one " + (line.own && !line.one ? "group" : "finding") + (number === at ? " at" : ""));
    el.id = "line-" + number;
    el.style.top = number * height + "px";
    el.dataset.line = number;
    el.setAttribute("role", "treeitem");
    if (line.one) {
      const { one } = line;
      el.setAttribute("aria-level", "2");
      if (shown && shown.one === one && !panel.hidden) el.classList.add("open");
      el.append(make("span", by === "rule" ? one.d + (one.v ? "." + one.v : "") : one.c + " " + one.d + (one.v ? "." + one.v : ""), "place"));
      if (by !== "rule") el.append(badge(one.s));
      el.append(make("span", one.m, "said"));
      if (one.e) el.append(make("span", "explained", "badge"));
      if (one.z === "new" || one.z === "mixed") el.append(make("span", one.z === "new" ? "new" : "some new", "badge new"));
      if (one.p.length) el.append(make("span", count(line.number), "number"));
      el.title = one.m;
    } else {
      const { own } = line, worst = Object.keys(RANK).find(name => RANK[name] === own.worst);
      el.setAttribute("aria-level", "1");
      el.setAttribute("aria-expanded", String(line.open));
      el.append(make("span", by === "subject" ? (own.key < 0 ? "no subject" : subjects[own.key]) : own.key || "all datasets", "name"), badge(worst));
      el.append(make("span", by === "rule" ? (rules[own.key] || [""])[0] : plural(own.findings.length, "finding"), "said"));
      const found = by === "rule" ? plural(own.findings.length, "finding") : "", concerned = own.records ? plural(own.records, "record") : "";
      el.append(make("span", [found, concerned].filter(Boolean).join(", "), "number"));
    }
    return el;
  }
  const badge = severity => make("span", severity, "badge " + severity);
  function press(number) {
    const line = lines[number];
    at = number;
    if (!line) return;
    if (line.one) open(line.one, by === "subject" ? line.own.key : null, true);
    else { const key = by + line.own.key; if (line.open) opened.delete(key); else opened.add(key); lay(); }
  }
  function go(to) {
    const height = lineHeight();
    at = Math.max(0, Math.min(lines.length - 1, to));
    if (at * height < list.scrollTop) list.scrollTop = at * height;
    if ((at + 1) * height > list.scrollTop + list.clientHeight) list.scrollTop = (at + 1) * height - list.clientHeight;
    draw();
  }
  list.addEventListener("scroll", scrolled);
  list.addEventListener("click", event => { const el = event.target.closest("[data-line]"); if (el) { press(Number(el.dataset.line)); draw(); } });
  list.addEventListener("keydown", event => {
    const line = lines[at], page = Math.max(1, Math.floor(list.clientHeight / lineHeight()) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: lines.length - 1 }[event.key];
    if (to !== undefined) go(to);
    else if (event.key === "Enter" || event.key === " ") { press(at); draw(); }
    else if (event.key === "ArrowRight" && line && line.own && !line.one && !line.open) press(at);
    else if (event.key === "ArrowLeft" && line) {
      if (line.one) go(lines.findIndex(other => other.own === line.own && !other.one));
      else if (line.open) press(at);
    } else return;
    event.preventDefault();
  });

  // ---- a finding: what it means, how it is mended, and its records
  let shown = null;
  function open(one, subject, focus) {
    const table = tables[one.d], entries = [];
    for (let entry = one.from; entry < one.to; entry++)
      if (kept[entry] && ofPlace[entry] >= 0 && (subject === null || ofSubject[entry] === subject)) entries.push(entry);
    shown = { one, subject, entries, table, columns: one.a.filter(name => table && table.columns[name]) };
    const [title, fix, source] = rules[one.c] || ["", "", ""], body = byId("panel-body");
    byId("panel-title").textContent = one.c + " " + one.d + (one.v ? "." + one.v : "");
    const said = (name, text) => { const p = make("p"); p.append(make("b", name + ": "), text); return p; };
    const head = make("p");
    head.append(badge(one.s), " " + one.m);
    const parts = [head];
    if (one.h) parts.push(make("p", one.h));
    if (one.e) { const why = said("Explained", one.e); why.className = "why"; parts.push(why); }
    parts.push(said("What it means", title));
    if (fix) parts.push(said("How to mend it", fix));
    if (source) parts.push(said("Source", source));
    if (one.f) parts.push(make("p", one.f, "dim"));
    if (one.p.length) parts.push(make("p", entries.length === one.p.length
      ? plural(entries.length, "record") : count(entries.length) + " of " + plural(one.p.length, "record") + " (filtered)", "dim"));
    if (one.n > one.p.length && one.p.length) parts.push(make("p", "It is about " + plural(one.n, "record") + "; the report holds the first.", "dim"));
    body.replaceChildren(...parts);
    panel.hidden = false;
    records.hidden = !entries.length;
    widths();
    fit();
    records.scrollTop = 0;
    drawRecords();
    if (focus) byId("panel-title").focus({ preventScroll: true });
  }
  function widths() {
    const { table, columns, entries } = shown;
    shown.wrong = new Set(shown.one.w);
    const wide = columns.map(name => {
      const { texts, codes } = table.columns[name];
      let most = name.length + 1;
      for (let step = 0; step < Math.min(entries.length, 300); step++) {
        const code = codes[ofPlace[entries[step]]];
        if (code >= 0) most = Math.max(most, texts[code].length);
      }
      return Math.min(Math.max(most, 5), 30) + 2.5 + "ch";
    });
    shown.grid = ["7ch", ...wide].join(" ");
  }
  function drawRecords() {
    const HIGH = 28, { table, columns, entries, grid, wrong, one } = shown, box = records.firstElementChild;
    const first = Math.max(0, Math.floor(records.scrollTop / HIGH) - 6), last = Math.min(entries.length, first + Math.ceil(records.clientHeight / HIGH) + 12);
    box.style.height = (entries.length + 1) * HIGH + "px";
    const line = (kind, role) => { const el = make("div", "", kind); el.style.gridTemplateColumns = grid; el.setAttribute("role", "row"); return el; };
    const head = line("head");
    for (const name of ["Row", ...columns]) {
      const el = make("span", name, wrong.has(name) ? "wrong" : name === "Row" ? "num" : "");
      el.setAttribute("role", "columnheader");
      head.append(el);
    }
    const drawn = [head];
    for (let step = first; step < last; step++) {
      const entry = entries[step], place = ofPlace[entry], el = line("record" + (isNew[entry] ? " new" : ""));
      el.style.top = (step + 1) * HIGH + "px";
      el.append(make("span", count(table.rows[place]), "row"));
      for (const name of columns) {
        const { texts, codes } = table.columns[name], code = codes[place];
        const cell = make("span", code < 0 ? "empty" : texts[code], (wrong.has(name) ? "wrong " + one.s : "") + (code < 0 ? " none" : ""));
        if (code < 0 && !wrong.has(name)) cell.textContent = "";
        if (code >= 0 && texts[code].length > 30) cell.title = texts[code];
        el.append(cell);
      }
      for (const cell of el.children) cell.setAttribute("role", "cell");
      drawn.push(el);
    }
    box.replaceChildren(...drawn);
  }
  records.addEventListener("scroll", () => shown && drawRecords());
  function close() {
    panel.hidden = true;
    draw();
    list.focus({ preventScroll: true });
  }
  byId("close").addEventListener("click", close);

  // ---- the filter
  const fields = ["text", "dataset", "rule", "severity", "subject", "state"];
  function choices() {
    const add = (id, values) => values.forEach(([value, text]) => { const el = make("option", text); el.value = value; byId(id).append(el); });
    add("dataset", [...new Set(findings.map(one => one.d))].sort().map(name => [name, name || "(none)"]).filter(([name]) => name));
    add("rule", Object.keys(rules).map(code => [code, code + " " + rules[code][0]]));
    for (const text of subjects.slice().sort()) { const el = make("option"); el.value = text; byId("subjects").append(el); }
  }
  let waiting = 0;
  function changed() {
    for (const id of fields) filter[id] = byId(id).value.trim();
    filter.text = filter.text.toLowerCase();
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => { list.scrollTop = 0; at = 0; refilter(); });
  }
  for (const id of fields) byId(id).addEventListener("input", changed);
  function clear() { for (const id of fields) byId(id).value = id === "state" ? "open" : ""; }
  byId("clear").addEventListener("click", () => { clear(); changed(); });
  document.querySelector(".filter").addEventListener("submit", event => event.preventDefault());
  for (const button of document.querySelectorAll("[data-by]")) button.addEventListener("click", () => {
    by = button.dataset.by;
    for (const other of document.querySelectorAll("[data-by]")) other.setAttribute("aria-pressed", String(other === button));
    changed();
  });

  // ---- the parts of the page
  const tabs = [...document.querySelectorAll("[role=tab]")];
  function part(name) {
    for (const tab of tabs) {
      const own = tab.id === "tab-" + name;
      tab.setAttribute("aria-selected", String(own));
      tab.tabIndex = own ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = !own;
    }
    if (name === "findings") fit();
    if (name === "gone" && !byId("gone-list").firstChild) listGone();
  }
  for (const tab of tabs) tab.addEventListener("click", () => ready.then(() => part(tab.id.slice(4))));
  document.querySelector(".tabs").addEventListener("keydown", event => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const to = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
    to.click();
    to.focus();
  });
  // The list is as high as the window leaves it.
  function fit() {
    const top = byId("findings").hidden ? 0 : list.parentElement.getBoundingClientRect().top + scrollY;
    const high = Math.max(innerHeight - top - document.querySelector("footer").offsetHeight - 1, 240) + "px";
    list.style.height = high;
    panel.style.height = NARROW.matches ? "" : high;
    draw();
    if (shown && !panel.hidden) drawRecords();
  }
  addEventListener("resize", () => { if (!byId("findings").hidden) fit(); });
  document.addEventListener("click", event => {
    const button = event.target.closest("button.go");
    if (!button) return;
    ready.then(() => {
      clear();
      byId("state").value = "";
      byId("rule").value = button.dataset.rule || "";
      byId("dataset").value = button.dataset.dataset || "";
      part("findings");
      changed();
      list.focus({ preventScroll: true });
    });
  });
  document.addEventListener("keydown", event => {
    const typing = event.target.matches("input, select");
    if (event.key === "Escape" && !panel.hidden) close();
    else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { ready.then(() => { part("findings"); byId("text").focus(); }); event.preventDefault(); }
  });
  function listGone() {
    const box = byId("gone-list");
    for (const one of gone) {
      box.append(make("h2", one.c + " " + one.d + (one.v ? "." + one.v : "") + ": " + plural(one.n, "record")));
      if (!one.r.length) continue;
      const table = make("table", "", "list"), head = table.createTHead().insertRow(), body = table.createTBody();
      for (const key of one.k) { const th = make("th", key); th.scope = "col"; head.append(th); }
      for (const record of one.r.slice(0, PRINTED)) { const line = body.insertRow(); for (const value of record) line.append(make("td", value)); }
      const wide = make("div", "", "wide");
      wide.append(table);
      box.append(wide);
      if (one.r.length > PRINTED) box.append(make("p", "and " + count(one.r.length - PRINTED) + " more", "dim"));
    }
    if (!gone.length) box.append(make("p", "None."));
  }

  // ---- on paper: the summary, and the findings that the filter keeps, without their records
  addEventListener("beforeprint", () => {
    const box = byId("printed"), table = make("table", "", "list"), head = table.createTHead().insertRow(), body = table.createTBody();
    for (const name of ["Rule", "Severity", "Where", "Finding", "Records"]) { const th = make("th", name); th.scope = "col"; head.append(th); }
    const wanted = findings.filter(one => !counts || counts[one.number]);
    for (const one of wanted.slice(0, PRINTED)) {
      const line = body.insertRow();
      for (const text of [one.c, one.s, one.d + (one.v ? "." + one.v : ""), one.m + (one.e ? " (explained: " + one.e + ")" : ""), one.p.length ? count(one.n) : ""]) line.append(make("td", text));
    }
    box.replaceChildren(make("h2", "Findings"), table);
    if (wanted.length > PRINTED) box.append(make("p", "and " + count(wanted.length - PRINTED) + " more", "dim"));
  });

  const heads = [...document.querySelectorAll("#summary .list")];
  for (const table of heads) {
    const names = [...table.tHead.rows[0].cells].map(cell => cell.textContent.toLowerCase());
    for (const line of table.tBodies[0].rows) [...line.cells].forEach((cell, place) => cell.dataset.name = names[place]);
  }
  const ready = unpack().then(() => {
    choices();
    refilter();
    document.documentElement.dataset.ready = "yes";
  });
})();
