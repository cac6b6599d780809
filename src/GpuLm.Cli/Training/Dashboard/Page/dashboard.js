"use strict";

const pollMilliseconds = 1000, chartHeight = 220, tallChartHeight = 300;
const element = id => document.getElementById(id);
const colour = name => () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// The points so far, by columns, as run.json has them.
let columns = null, stride = 0;
let run = null, samples = [], knownSamples = 0;

const fixed = digits => value => value == null ? "" : value.toFixed(digits);
const plain = value => value == null ? "" : Math.round(value).toLocaleString("en");
const short = value => value == null ? "" : value === 0 ? "0" : value < 0.001 ? value.toExponential(2) : value.toPrecision(3);
const percent = value => value == null ? "" : (100 * value).toFixed(1) + " %";

const charts = [
  {
    title: "Loss", wide: true, format: fixed(4), lines: [
      { label: "highest", column: "highestLoss", colour: "faint" },
      { label: "training", column: "loss", colour: "main" },
      { label: "validation", column: "validationLoss", colour: "second", dots: true },
    ],
  },
  { title: "Learning rate", format: short, lines: [{ label: "learning rate", column: "learningRate", colour: "main" }] },
  { title: "Gradient norm", format: short, lines: [{ label: "gradient norm", column: "gradientNorm", colour: "main" }] },
  { title: "Tokens per second", format: plain, lines: [{ label: "tokens/s", column: "tokensPerSecond", colour: "main" }] },
  { title: "Share of the measured peak", format: percent, lines: [{ label: "utilization", column: "utilization", colour: "main" }] },
].map(create);

function create(chart) {
  const holder = document.createElement("div");
  holder.className = chart.wide ? "chart wide" : "chart";
  element("charts").append(holder);
  const axis = format => ({
    stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1 },
    values: (plot, ticks) => ticks.map(format), size: 70,
  });
  const plot = new uPlot({
    title: chart.title, ...size(holder, chart), scales: { x: { time: false } }, cursor: { sync: { key: "run" } },
    axes: [{ ...axis(plain), size: 36 }, axis(tick => chart.format === plain || chart.format === percent ? chart.format(tick) : String(tick))],
    series: [
      { label: "step", value: (plot, value) => plain(value) },
      ...chart.lines.map(line => ({
        label: line.label, stroke: colour(line.colour), width: line.dots ? 2 : 1.5, spanGaps: true,
        points: { show: Boolean(line.dots), size: 6, fill: colour(line.colour) }, value: (plot, value) => chart.format(value),
      })),
    ],
  }, [[], ...chart.lines.map(() => [])], holder);
  new ResizeObserver(() => plot.setSize(size(holder, chart))).observe(holder);
  return { ...chart, plot };
}

function size(holder, chart) {
  return { width: Math.max(200, holder.clientWidth - 20), height: chart.wide ? tallChartHeight : chartHeight };
}

async function poll() {
  try {
    const told = await ask();
    if (told !== null) show(told);
    // A run that ended does not answer any more; what the page knows of it stays.
    else if (!["finished", "stopped"].includes(element("state").textContent)) showState("unreachable");
  } finally {
    setTimeout(poll, pollMilliseconds);
  }
}

// What is new; null where the run does not answer.
async function ask() {
  const after = columns?.step.at(-1) ?? 0;
  try {
    const response = await fetch(`run.json?stride=${stride}&after=${after}&samples=${knownSamples}`);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function show(told) {
  if (run !== null && told.run !== run) location.reload();
  run = told.run;
  showState(told.state);
  element("message").textContent = told.message;
  element("done").value = told.done;
  showPairs(told);
  addPoints(told);
  knownSamples = told.sampleCount;
  if (told.samples.length > 0) showSamples(told.samples);
}

function showState(state) {
  element("state").textContent = state;
  element("state").className = `state ${state}`;
}

function showPairs(told) {
  element("figures").replaceChildren(...told.figures.filter(figure => figure.value !== "").map(figure => {
    const pair = document.createElement("div");
    pair.append(text("dt", figure.name), text("dd", figure.value));
    return pair;
  }));
  if (element("description").rows.length === told.description.length) return;
  element("description").replaceChildren(...told.description.map(line => {
    const row = document.createElement("tr");
    row.append(text("th", line.name), text("td", line.value));
    return row;
  }));
}

function addPoints(told) {
  if (columns === null || told.stride !== stride) columns = told.points;
  else if (told.points.step.length === 0) return;
  else for (const name in columns) columns[name].push(...told.points[name]);
  stride = told.stride;
  for (const chart of charts) {
    chart.plot.setData([columns.step, ...chart.lines.map(line => line.column === "highestLoss" && stride === 1
      ? columns.step.map(() => null) : columns[line.column])]);
    // Without a cursor on it, a legend tells the last point's figures.
    if (chart.plot.cursor.idx == null && columns.step.length > 0) chart.plot.setLegend({ idx: columns.step.length - 1 });
  }
}

// The latest of each prompt and seed, with the earlier ones folded below it.
function showSamples(made) {
  samples.push(...made);
  const groups = new Map();
  for (const sample of samples) {
    const key = `${sample.seed} ${sample.prompt}`;
    groups.set(key, [sample, ...(groups.get(key) ?? [])]);
  }
  element("samples").replaceChildren(...[...groups.values()].flatMap(([latest, ...earlier]) => {
    const shown = [card(latest)];
    if (earlier.length > 0) {
      const folded = document.createElement("details");
      folded.className = "sample";
      folded.append(text("summary", `${earlier.length} earlier`), ...earlier.map(card));
      shown.push(folded);
    }
    return shown;
  }));
}

function card(sample) {
  const shown = document.createElement("div");
  shown.className = "sample";
  const about = text("div", `step ${plain(sample.step)}, seed ${sample.seed}`);
  about.className = "about";
  shown.append(about, text("p", sample.text));
  return shown;
}

function text(tag, content) {
  const made = document.createElement(tag);
  made.textContent = content;
  return made;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(chart => chart.plot.redraw()));
poll();
