// A plain Node server that classifies pictures with ONNX Runtime and sharp: what somebody would write who needs nothing else.
//   node peer.js MODEL_FOLDER PORT
// POST /classify takes a picture and answers with its five best names. Beside that it takes commands from its standard input, a line each
// (run, decode FILE, ready), and answers each with a line of JSON; it ends when that input ends.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import ort from 'onnxruntime-node';
import sharp from 'sharp';

const [folder, port] = process.argv.slice(2);
const side = 224;
const pixels = side * side;
const means = [103.939, 116.779, 123.68]; // blue, green, red: Keras's for VGG16
const session = ort.InferenceSession.create(`${folder}/model.onnx`); // the port listens while it loads
const labels = readFile(`${folder}/labels.json`, 'utf8').then(JSON.parse);

sharp.cache(false); // of finished pictures: nobody sends the same twice

// Squashed, the nearest pixels, of a picture that libjpeg has decoded at a fraction of its size: sharp's way, quick and not to the bit Keras's.
const resize = (picture) => sharp(picture).resize(side, side, { fit: 'fill', kernel: 'nearest' })
  .removeAlpha().toColourspace('srgb').raw().toBuffer();

function tensorOf(rgb) {
  const values = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    values[i] = rgb[3 * i + 2] - means[0];
    values[pixels + i] = rgb[3 * i + 1] - means[1];
    values[2 * pixels + i] = rgb[3 * i] - means[2];
  }
  return new ort.Tensor('float32', values, [1, 3, side, side]);
}

const run = async (image) => (await (await session).run({ image }, ['probabilities'])).probabilities.data;

async function classify(picture) {
  const [probabilities, names] = [await run(tensorOf(await resize(picture))), await labels];
  return Array.from(probabilities.keys())
    .sort((a, b) => probabilities[b] - probabilities[a])
    .slice(0, 5)
    .map((index, place) => ({ rank: place + 1, classId: names[index][0], label: names[index][1], probability: probabilities[index] }));
}

const server = createServer(async (request, response) => {
  const send = (status, document) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  if (request.method !== 'POST' || request.url !== '/classify') {
    send(404, { title: 'not found' });
    return;
  }
  try {
    const parts = [];
    for await (const part of request) parts.push(part);
    send(200, { predictions: await classify(Buffer.concat(parts)) });
  } catch (problem) {
    send(422, { title: problem.message });
  }
});
server.listen(Number(port), '127.0.0.1');

async function timed(work) {
  const start = process.hrtime.bigint();
  await work();
  return { ms: Number(process.hrtime.bigint() - start) / 1e6 };
}

const blank = new ort.Tensor('float32', new Float32Array(3 * pixels), [1, 3, side, side]);
const commands = {
  run: () => timed(() => run(blank)),
  decode: async (path) => {
    const picture = await readFile(path);
    return timed(async () => tensorOf(await resize(picture)));
  },
  ready: async () => {
    await session;
    return { versions: `Node ${process.versions.node}, onnxruntime-node ${ort.env.versions.node}, sharp ${sharp.versions.sharp}` };
  },
};
for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(/ (.*)/s);
  console.log(JSON.stringify(await commands[command](argument)));
}
process.exit(0);
