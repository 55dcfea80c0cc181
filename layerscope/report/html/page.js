"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const config = { displaylogo: false, displayModeBar: false, responsive: true };
const colours = ["#4c78a8", "#f58518", "#54a24b", "#b279a2", "#eeca3b", "#72b7b2", "#ff9da6", "#9d755d", "#8a8f98", "#439894"];
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const textColour = () => getComputedStyle(document.body).color;
const grid = { gridcolor: "rgba(128,128,128,.3)", zerolinecolor: "rgba(128,128,128,.6)" };
const look = (layout = {}) => ({
  ...layout,
  xaxis: { ...grid, ...layout.xaxis },
  yaxis: { ...grid, ...layout.yaxis },
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  font: { color: textColour(), family: "system-ui, sans-serif" },
  margin: { l: 10, r: 10, t: 10, b: 40 },
});

for (const [id, figure] of Object.entries(data.figures)) {
  Plotly.newPlot(id, figure.data, look(figure.layout), config);
}
const repaint = () => document.querySelectorAll(".js-plotly-plot").forEach((plot) => Plotly.relayout(plot, { "font.color": textColour() }));
for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", repaint);
if (data.tree) explore(data.tree);

function explore(tree) {
  const chart = document.getElementById("tree"), table = document.getElementById("children");
  const below = tree.names.map(() => []);
  tree.parents.forEach((parent, node) => { if (parent >= 0) below[parent].push(node); });
  below.forEach((nodes) => nodes.sort((a, b) => tree.sizes[b] - tree.sizes[a]));
  let here = 0, colour = "dead";

  const path = (node) => node === 0 ? "/" : (path(tree.parents[node]) + "/" + tree.names[node]).replace("//", "/");
  const facts = (node) => `${tree.sizeTexts[node]}, wasted ${tree.deadTexts[node]}, layer ${tree.layers[node]}`;
  const marker = () => colour === "dead"
    ? { colors: tree.dead, colorscale: [[0, "#2f8f5b"], [0.5, "#d9b13b"], [1, "#cf4a32"]], cmin: 0, cmax: 1 }
    : { colors: tree.layers.map((layer) => colours[layer % colours.length]) };
  const trace = () => ({
    type: "icicle", branchvalues: "total", maxdepth: 5, level: String(here), sort: true, marker: marker(),
    ids: tree.names.map((_, node) => String(node)),
    labels: tree.names.map(escaped),
    parents: tree.parents.map((parent) => parent < 0 ? "" : String(parent)),
    values: tree.sizes,
    text: tree.names.map((_, node) => escaped(facts(node))),
    hovertemplate: "%{label}<br>%{text}<extra></extra>",
    textinfo: "label",
    pathbar: { visible: false },
  });
  const draw = () => Plotly.react(chart, [trace()], { ...look(), margin: { l: 0, r: 0, t: 0, b: 0 }, height: 480 }, config);

  function row(node) {
    const line = table.insertRow();
    for (const text of [tree.sizeTexts[node], tree.deadTexts[node], String(tree.layers[node])]) line.insertCell().textContent = text;
    const name = line.insertCell();
    if (!below[node].length) { name.textContent = tree.names[node]; name.tabIndex = 0; return; }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = tree.names[node] + "/";
    button.addEventListener("click", () => go(node, true));
    name.append(button);
  }

  function list() {
    document.getElementById("here").textContent = `${path(here)}: ${facts(here)}`;
    table.replaceChildren();
    const head = table.insertRow();
    for (const text of ["size", "wasted", "layer", "name"]) head.appendChild(document.createElement("th")).textContent = text;
    below[here].forEach(row);
  }

  function go(node, focus) {
    if (!below[node].length) { document.getElementById("here").textContent = `${path(node)}: ${facts(node)}`; return; }
    here = node;
    draw();
    list();
    if (focus) table.querySelector("button, [tabindex]")?.focus();
  }

  function keys(event) {
    const items = [...table.querySelectorAll("button, [tabindex]")], at = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) items[Math.min(Math.max(at + step, 0), items.length - 1)]?.focus();
    else if (event.key === "Backspace" && here) go(tree.parents[here], true);
    else return;
    event.preventDefault();
  }

  draw().then(() => {
    chart.on("plotly_icicleclick", (event) => {
      const node = Number(event.points[0].id);
      go(node === here && here ? tree.parents[here] : node, false);
      return false;
    });
    chart.tabIndex = 0;
    chart.addEventListener("keydown", keys);
    table.addEventListener("keydown", keys);
    document.querySelectorAll("input[name=colour]").forEach((input) => input.addEventListener("change", () => { colour = input.value; draw(); }));
    list();
    document.body.dataset.ready = "true";
  });
}
