(function () {
  "use strict";
  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  const PAGE = 50, NEAREST = 25, OTHERS = 3;
  const KINDS = [["adam", "Other analysis records on the way"], ["sdtm", "Records of the tabulations (SDTM)"],
    ["raw", "Raw cells"]];

  function make(tag, text, kind) {
    const el = document.createElement(tag);
    if (text !== undefined && text !== null && text !== "") el.textContent = text;
    if (kind) el.className = kind;
    return el;
  }

  // ---- the data of the page, unpacked when they are first asked for
  let known = null, unpacking = null;
  const data = () => known;
  const summed = steps => { let at = 0; return steps.map(step => at += step); };
  async function unpack() {
    const bytes = Uint8Array.from(atob(byId("data").textContent), letter => letter.charCodeAt(0));
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    const read = JSON.parse(text);
    read.of = [];
    for (const [table, columns, records] of read.nodes)
      for (const record of summed(records)) read.of.push({ table, columns, record });
    read.ways = new Map(read.trails.map(one => [one.table + "." + one.column, one]));
    known = read;
  }
  function withData(then) {
    if (known) then();
    else (unpacking = unpacking || unpack()).then(then);
  }
  function placeOf(table, record) {
    if (!table.places) {
      table.numbers = summed(table.records);
      table.at = table.lines ? summed(table.lines) : [];
      table.places = new Map(table.numbers.map((number, place) => [number, place]));
    }
    return table.places.get(record);
  }
  function cell(table, record, column) {
    const packed = table.cells[column];
    if (!packed) return undefined;
    const place = placeOf(table, record);
    return packed.length > 1 ? packed[0][packed[1][place]] : packed[0][place];
  }
  function rowsOf(ranges) {
    const rows = [];
    for (const part of ranges.split(" ")) {
      const [first, last] = part.split("-").map(Number);
      for (let row = first; row <= (last || first); row++) rows.push(row);
    }
    return rows;
  }
  function wayOf(tableNumber, column, row) {
    const told = data().ways.get(tableNumber + "." + column);
    if (!told.places) told.places = new Map(summed(told.rows).map((number, place) => [number, place]));
    return { told, nodes: summed(told.ways[told.places.get(row)]).map(number => data().of[number]) };
  }

  // ---- first step: the analysis records behind a number
  const panel = byId("panel"), body = byId("panel-body");
  let before = null;
  function records(number, link) {
    const [tableNumber, column, ranges] = data().sets[number];
    const table = data().tables[tableNumber], rows = rowsOf(ranges);
    const said = link.textContent.trim();
    byId("panel-title").textContent = (said ? said + ": " : "") + rows.length + (rows.length === 1 ? " record" : " records") + " of " + table.name;
    const about = make("p", "", "about");
    about.textContent = [whereOf(link), table.label, column >= 0 ? "used: " + table.columns[column].name : ""].filter(Boolean).join(" · ");
    const columns = [...Array(table.shown).keys()].filter(one => one !== column);
    if (column >= 0) columns.splice(1, 0, column);
    const kept = columns.filter(one => one === column || rows.some(row => cell(table, row, one) !== null));
    const list = make("table", "", "plain records"), head = list.createTHead().insertRow(), listed = list.createTBody();
    head.append(heading("Record"));
    for (const one of kept) head.append(heading(table.columns[one].name, table.columns[one].label));
    let shown = 0;
    const more = make("button", "", "tool more");
    more.type = "button";
    function next() {
      for (const row of rows.slice(shown, shown + PAGE)) listed.append(record(tableNumber, table, column, row, kept));
      shown = Math.min(rows.length, shown + PAGE);
      more.hidden = shown >= rows.length;
      more.textContent = "Show more (" + (rows.length - shown) + ")";
    }
    more.addEventListener("click", next);
    next();
    const scroll = make("div", "", "scroll");
    scroll.append(list);
    body.replaceChildren(about, make("p", "Open a record to see where it came from.", "dim"), scroll, more);
    if (rows.length === 1) toggle(listed.querySelector("button"));
    if (before) before.classList.remove("current");
    before = link;
    link.classList.add("current");
    show(link, true);
    panel.scrollTop = 0;
    byId("panel-title").focus({ preventScroll: true });
  }
  // The page makes room for the panel; the number that was pressed stays where it is.
  function show(link, yes) {
    const top = link.getBoundingClientRect().top;
    panel.hidden = !yes;
    root.classList.toggle("beside", yes);
    if (yes) link.scrollIntoView({ block: "nearest", inline: "center" });
    scrollBy(0, link.getBoundingClientRect().top - top);
  }
  function heading(text, label) {
    const th = make("th", text);
    th.scope = "col";
    if (label) th.title = label;
    return th;
  }
  function whereOf(link) {
    const shown = link.closest(".display, .numbers"), line = link.closest("tr");
    if (!shown || !line) return "";
    const heads = shown.querySelectorAll("thead th");
    const column = shown.matches(".display") && heads[link.closest("td").cellIndex];
    return [shown.id || shown.dataset.figure, line.cells[0].contains(link) ? "" : line.cells[0].textContent.trim(),
      column && column.firstChild ? column.firstChild.textContent.trim() : ""].filter(Boolean).join(", ");
  }
  function record(tableNumber, table, column, row, columns) {
    const line = make("tr", "", "record"), first = make("td"), button = make("button", "Row " + row);
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    Object.assign(button.dataset, { table: tableNumber, column, row });
    first.append(button);
    line.append(first);
    for (const one of columns) {
      const said = cell(table, row, one), td = make("td", said, one === column ? "used" : "");
      if (said && said.length > 40) td.title = said;
      line.append(td);
    }
    return line;
  }

  // ---- second step: where a record came from
  function toggle(button) {
    const line = button.closest("tr"), open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    line.classList.toggle("open", !open);
    if (open) { line.nextElementSibling.remove(); return; }
    const way = make("tr", "", "way"), td = make("td"), stay = make("div", "", "stay");
    td.colSpan = line.cells.length;
    stay.append(...told(Number(button.dataset.table), Number(button.dataset.column), Number(button.dataset.row)));
    td.append(stay);
    way.append(td);
    line.after(way);
  }
  function told(tableNumber, column, row) {
    const { told: way, nodes } = wayOf(tableNumber, column, row);
    const parts = [];
    for (const [kind, title] of KINDS) {
      const tables = way.nearest.filter(number => data().tables[number].kind === kind && nodes.some(node => node.table === number));
      if (!tables.length) continue;
      parts.push(make("p", title, "kind"));
      tables.forEach((number, place) =>
        parts.push(...group(data().tables[number], nodes.filter(node => node.table === number), place ? OTHERS : NEAREST)));
    }
    if (!parts.length) parts.push(make("p", "It is made from no record: the specification gives it.", "dim"));
    const own = data().tables[tableNumber].name, command = make("p", "Every step on the way: ", "dim");
    command.append(make("code", "clinmap trace " + data().package + " " + own + " --row " + row
      + (way.followed.length ? " --variable " + way.followed.join(" ") : "")));
    parts.push(command);
    return parts;
  }
  function group(table, nodes, few) {
    const raw = table.kind === "raw", title = make("p", "", "of");
    title.append(raw ? make("code", table.file) : make("b", table.name), make("span", " " + (raw ? "table " + table.name : table.label), "dim"));
    const read = nodes.map(node => new Set(node.columns));
    const told = column => read.some(one => one.has(column))
      || !raw && column < table.shown && nodes.some(node => cell(table, node.record, column) !== null);
    const columns = [...table.columns.keys()].filter(told);
    const list = make("table", "", "plain"), head = list.createTHead().insertRow(), lines = list.createTBody();
    for (const name of raw ? ["Line", "Record"] : ["Row"]) head.append(heading(name));
    for (const column of columns) head.append(heading(table.columns[column].name, table.columns[column].label));
    const add = (from, to) => nodes.slice(from, to).forEach((node, place) => lines.append(source(table, node, columns, read[from + place], raw)));
    add(0, few);
    const scroll = make("div", "", "scroll");
    scroll.append(list);
    if (nodes.length <= few) return [title, scroll];
    const more = make("button", "Show " + (nodes.length - few) + " more", "tool more");
    more.type = "button";
    more.addEventListener("click", () => { add(few); more.remove(); });
    return [title, scroll, more];
  }
  function source(table, node, columns, read, raw) {
    const line = make("tr"), place = placeOf(table, node.record);
    if (raw) line.append(make("td", table.at[place] || "–", "num"));
    line.append(make("td", String(node.record), "num"));
    for (const column of columns) {
      const td = make("td", "", read.has(column) ? "is" : "dim");
      const corrected = raw && table.corrected[node.record + "." + column];
      if (raw && !table.read && !corrected) td.append(make("span", table.given ? "given by the specification" : "not at hand", "none"));
      else fill(td, corrected ? corrected[0] : cell(table, node.record, column), read.has(column));
      if (corrected) td.append(make("span", "corrected from " + (corrected[1] === null ? "empty" : "“" + corrected[1] + "”")
        + " by " + corrected[2] + (corrected[3] ? " (" + corrected[3] + ")" : ""), "corrected"));
      line.append(td);
    }
    return line;
  }
  function fill(td, said, read) {
    if (said === null || said === undefined) { if (read) td.append(make("span", "empty", "none")); }
    else { td.append(said); if (said.length > 40) td.title = said; }
  }
  function close() {
    if (panel.hidden) return;
    show(before, false);
    body.replaceChildren();
    before.classList.remove("current");
    before.focus({ preventScroll: true });
  }

  // ---- the numbers of a figure, as a table
  function numbers(details) {
    const box = details.querySelector("div");
    if (!details.open || box.firstChild) return;
    for (const one of data().figures[details.dataset.figure]) {
      if (one.title) box.append(make("h4", one.title));
      const list = make("table", "", "plain"), head = list.createTHead().insertRow(), lines = list.createTBody();
      const rows = one.marks.flatMap(marks => marks.rows.map(row => [marks.label, ...row]));
      const kept = [0, 1, 2, 3, 4].filter(column => rows.some(row => row[column] !== ""));
      const names = ["Series", one.x || "x", one.y || "y", "Interval", "Value"];
      for (const column of kept) head.append(heading(names[column]));
      for (const row of rows) lines.append(mark(row, kept));
      const scroll = make("div", "", "scroll");
      scroll.append(list);
      box.append(scroll);
    }
  }
  function mark(row, kept) {
    const line = make("tr"), at = [4, 2, 3, 1].find(column => row[column] !== "");
    for (const column of kept) {
      const td = make("td", "", /^-?[\d.]+$/.test(row[column]) ? "num" : "");
      if (column === at && row[5] >= 0) {
        const link = make("a", row[column]);
        link.href = "#records-" + row[5];
        td.append(link);
      } else td.append(row[column]);
      line.append(td);
    }
    return line;
  }

  // ---- what is pressed
  document.addEventListener("click", event => {
    const link = event.target.closest('a[href^="#records-"]');
    if (link) { event.preventDefault(); withData(() => records(Number(link.hash.slice(9)), link)); return; }
    const line = event.target.closest("#panel tr.record");
    if (line && !String(getSelection())) toggle(line.querySelector("button"));
    if (event.target.closest("nav a")) contents(false);
  });
  document.addEventListener("toggle", event => { if (event.target.matches(".numbers")) withData(() => numbers(event.target)); }, true);
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") { if (byId("contents").classList.contains("open")) contents(false); else close(); return; }
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const link = by && document.activeElement.closest('td a[href^="#records-"]');
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = beside(link.closest("td"), by[0], by[1]);
    if (to) { event.preventDefault(); to.focus(); }
  });
  function beside(td, down, right) {
    let line = td.parentElement, column = td.cellIndex;
    for (;;) {
      if (down) line = down > 0 ? line.nextElementSibling : line.previousElementSibling;
      column += right;
      if (!line || !right && !down || right && !line.cells[column]) return null;
      const link = line.cells[column] && line.cells[column].querySelector('a[href^="#records-"]');
      if (link) return link;
    }
  }
  byId("close").addEventListener("click", close);
  function contents(yes) {
    byId("contents").classList.toggle("open", yes);
    byId("toc").setAttribute("aria-expanded", String(yes));
  }
  byId("toc").addEventListener("click", () => contents(!byId("contents").classList.contains("open")));
  byId("theme").addEventListener("click", () => {
    const now = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });
})();
