// livekit-client in headless Chromium as a driven process: JSON lines on stdin, JSON lines on stdout, with the
// commands and events of ../official_peer.py where they have the same name.
//
//   node peer.mjs CHROMIUM MODULES      MODULES: the folder with livekit-client and playwright-core
//
//   connect   url, token, single=true: number of peer connections
//   publish   tone=HZ: an oscillator
//   send      text, topic="", reliable=true
//   send_text text, topic
//   listen_for  text=[TOPIC, ...]: event `text_stream` topic, identity, text
//   register  method, answers=TEXT: event `rpc` caller, method, payload
//   call      to, method, payload: its answer, or `code` and `message` of the error
//   hears     frequency of the loudest sound of the remote audio, and its level (0..255)
//   quit      disconnects and ends the process

import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [chromium, modules] = process.argv.slice(2);
const here = import.meta.dirname;
const playwright = createRequire(pathToFileURL(path.join(modules, 'anchor.js')))('playwright-core');

const FILES = {
  '/': [path.join(here, 'page.html'), 'text/html'],
  '/page.mjs': [path.join(here, 'page.mjs'), 'text/javascript'],
  '/livekit-client.mjs': [path.join(modules, 'livekit-client/dist/livekit-client.esm.mjs'), 'text/javascript'],
};
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');

const files = http.createServer((request, response) => {
  const [file, type] = FILES[request.url] ?? [];
  if (!file) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': type });
  fs.createReadStream(file).pipe(response);
});
await new Promise((done) => files.listen(0, '127.0.0.1', done));

const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'lkpy-chromium-'));
const context = await playwright.chromium.launchPersistentContext(profile, {
  executablePath: chromium,
  headless: true,
  args: ARGUMENTS,
});
const page = await context.newPage();
page.on('pageerror', (error) => console.error(`page: ${error}`));
page.on('console', (line) => console.error(`console: ${line.text()}`));
await page.exposeFunction('tell', (event, args) => say({ event, args }));
await page.goto(`http://127.0.0.1:${files.address().port}/`);
await page.waitForFunction('window.commands !== undefined');
say({ event: 'ready', args: [] });

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { op, id, ...command } = JSON.parse(line);
  try {
    const answer = await page.evaluate(([name, options]) => window.commands[name](options), [op, command]);
    say({ reply: op, id, ...answer });
  } catch (error) {
    say({ reply: op, id, error: String(error) });
  }
  if (op === 'quit') break;
}
await context.close();
files.closeAllConnections();
files.close();
fs.rmSync(profile, { recursive: true, force: true });
