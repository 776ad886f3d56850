// A Pyodide with xlwings, as inside xlwings Lite; requests and answers are JSON lines.
// node runtime.mjs <package of node_modules> <xlwings wheel> <driver.py>
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [flavour, wheel, driver] = process.argv.slice(2);
const { loadPyodide } = await import(flavour);
globalThis.fetch = () => { throw new Error('nothing may be sent or fetched'); };

let workbook;
let dispatched = [];
globalThis.takeDispatched = () => JSON.stringify(dispatched.splice(0));
globalThis.xlwings = {  // what Lite offers to scripts
  async runActions({ actions }) {
    dispatched.push(...actions);
  },
  async getRangeValues(sheet, address) {
    return rectangle(address, (row, column) => workbook.values[sheet]?.[row]?.[column] ?? '');
  },
  async getRangeData(sheet, address) {
    return { formulas: rectangle(address, (row, column) => workbook.formulas[sheet]?.[`${row},${column}`] ?? '') };
  },
};

function rectangle(address, cell) {
  const [first, last = first] = address.replaceAll('$', '').split(':').map(place);
  return range(first[0], last[0]).map((r) => range(first[1], last[1]).map((c) => cell(r, c)));
}
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
function place(text) {
  const [, letters, digits] = /^([A-Z]+)(\d+)$/.exec(text);
  return [Number(digits) - 1, [...letters].reduce((n, l) => n * 26 + l.charCodeAt(0) - 64, 0) - 1];
}

let python;
let printed = [];  // what Lite's pane shows
async function start() {
  python = await loadPyodide({
    stdout: (line) => printed.push(line),
    env: { HOME: '/home/pyodide', XLWINGS_LICENSE_KEY: 'noncommercial', XLWINGS_ON_SERVER: 'true' },
  });
  python.unpackArchive(new Uint8Array(readFileSync(wheel)).buffer, 'wheel');
  await python.runPythonAsync(readFileSync(driver, 'utf8'));
}

await start();
process.stdout.write(JSON.stringify({ result: python.version }) + '\n');
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { method, ...request } = JSON.parse(line);
    if (method === 'restart') await start();
    if (request.workbook) workbook = request.workbook;
    if (method !== 'printed') printed = [];
    const said = method === 'restart' ? 'null' : method === 'printed' ? JSON.stringify(printed) : await python.globals.get(method)(python.toPy(request));
    answer = `{"result": ${said}}`;
  } catch (error) {
    answer = JSON.stringify({ error: String(error.message) });
  }
  process.stdout.write(answer.replaceAll('\n', ' ') + '\n');
}
