/* MessagePack, as far as the feed speaks it, after the specification:
   https://github.com/msgpack/msgpack/blob/master/spec.md

   import { encode, decode } from "./msgpack.js";
   decode(encode({ type: "ping", id: 1 }))    // { type: "ping", id: 1 }

   In both directions: null, booleans, numbers, strings, arrays, and objects whose keys are strings.
   Every value is written in the shortest of its forms. What is read is judged as strictly as JSON
   is: nothing may be missing or left over, text is valid UTF-8, and an integer is refused when a
   JavaScript number can't hold it exactly.

   Leaves out binary data, extensions and timestamps, of which the feed has none. */

const DEPTH = 32; // of arrays and objects in each other; what the feed sends has three
const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/* Return a value as a Uint8Array; throws a TypeError for what MessagePack or this can't say. */
export function encode(value) {
  const writer = new Writer();
  writer.write(value, 0);
  return writer.octets();
}

/* Return the one value in an ArrayBuffer or Uint8Array; throws a SyntaxError if it isn't one. */
export function decode(data) {
  const octets = data instanceof Uint8Array ? data : new Uint8Array(data);
  const reader = new Reader(octets);
  const value = reader.read(0);
  if (reader.at !== octets.length) throw new SyntaxError(`octets after the value, at ${reader.at}`);
  return value;
}

class Writer {
  #buffer = new Uint8Array(256);
  #view = new DataView(this.#buffer.buffer);
  #at = 0;

  octets() {
    return this.#buffer.slice(0, this.#at);
  }

  write(value, depth) {
    if (depth > DEPTH) throw new TypeError("too deep for MessagePack");
    if (value === null) this.#octet(0xc0);
    else if (value === false) this.#octet(0xc2);
    else if (value === true) this.#octet(0xc3);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "string") this.#string(value);
    else if (Array.isArray(value)) this.#array(value, depth);
    else if (typeof value === "object") this.#object(value, depth);
    else throw new TypeError(`MessagePack has nothing for ${typeof value}`);
  }

  /* Make room for so many octets, and return where they go. */
  #room(count) {
    const at = this.#at;
    this.#at += count;
    if (this.#at > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#at, 2 * this.#buffer.length));
      larger.set(this.#buffer);
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  #octet(octet) {
    const at = this.#room(1);
    this.#buffer[at] = octet;
  }

  /* Write a first octet, and after it a number in so many octets. */
  #headed(first, width, number) {
    this.#octet(first);
    const at = this.#room(width);
    if (width === 1) this.#view.setUint8(at, number);
    else if (width === 2) this.#view.setUint16(at, number);
    else if (width === 4) this.#view.setUint32(at, number);
    else this.#view.setBigInt64(at, BigInt(number));
  }

  #number(number) {
    if (!Number.isSafeInteger(number) || Object.is(number, -0)) {
      this.#octet(0xcb);
      const at = this.#room(8);
      this.#view.setFloat64(at, number);
    } else if (number >= 0) this.#natural(number);
    else this.#negative(number);
  }

  #natural(number) {
    if (number < 0x80) this.#octet(number);
    else if (number < 0x100) this.#headed(0xcc, 1, number);
    else if (number < 0x10000) this.#headed(0xcd, 2, number);
    else if (number < 0x100000000) this.#headed(0xce, 4, number);
    else this.#headed(0xcf, 8, number);
  }

  #negative(number) {
    // DataView takes the low octets of a negative number, which is two's complement.
    if (number >= -0x20) this.#octet(number & 0xff);
    else if (number >= -0x80) this.#headed(0xd0, 1, number);
    else if (number >= -0x8000) this.#headed(0xd1, 2, number);
    else if (number >= -0x80000000) this.#headed(0xd2, 4, number);
    else this.#headed(0xd3, 8, number);
  }

  #string(string) {
    const octets = utf8.encode(string);
    const size = octets.length;
    if (size < 0x20) this.#octet(0xa0 | size);
    else if (size < 0x100) this.#headed(0xd9, 1, size);
    else if (size < 0x10000) this.#headed(0xda, 2, size);
    else this.#headed(0xdb, 4, size);
    const at = this.#room(size);
    this.#buffer.set(octets, at);
  }

  #array(array, depth) {
    this.#count(array.length, 0x90, 0xdc);
    for (const item of array) this.write(item, depth + 1);
  }

  #object(object, depth) {
    const entries = Object.entries(object);
    this.#count(entries.length, 0x80, 0xde);
    for (const [key, item] of entries) {
      this.#string(key);
      this.write(item, depth + 1);
    }
  }

  #count(count, short, long) {
    if (count < 0x10) this.#octet(short | count);
    else if (count < 0x10000) this.#headed(long, 2, count);
    else this.#headed(long + 1, 4, count);
  }
}

class Reader {
  #octets;
  #view;
  at = 0;

  constructor(octets) {
    this.#octets = octets;
    this.#view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  read(depth) {
    if (depth > DEPTH) throw new SyntaxError("too deep");
    const first = this.#view.getUint8(this.#take(1));
    if (first < 0x80) return first;
    if (first < 0x90) return this.#object(first & 0x0f, depth);
    if (first < 0xa0) return this.#array(first & 0x0f, depth);
    if (first < 0xc0) return this.#string(first & 0x1f);
    if (first >= 0xe0) return first - 0x100;
    return this.#long(first, depth);
  }

  /* Pass so many octets by, and return where they begin. */
  #take(count) {
    const at = this.at;
    if (count > this.#octets.length - at) throw new SyntaxError(`ends early, at ${at}`);
    this.at += count;
    return at;
  }

  #long(first, depth) {
    switch (first) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xca: return this.#view.getFloat32(this.#take(4));
      case 0xcb: return this.#view.getFloat64(this.#take(8));
      case 0xcc: return this.#unsigned(1);
      case 0xcd: return this.#unsigned(2);
      case 0xce: return this.#unsigned(4);
      case 0xcf: return exact(this.#view.getBigUint64(this.#take(8)));
      case 0xd0: return this.#view.getInt8(this.#take(1));
      case 0xd1: return this.#view.getInt16(this.#take(2));
      case 0xd2: return this.#view.getInt32(this.#take(4));
      case 0xd3: return exact(this.#view.getBigInt64(this.#take(8)));
      case 0xd9: return this.#string(this.#unsigned(1));
      case 0xda: return this.#string(this.#unsigned(2));
      case 0xdb: return this.#string(this.#unsigned(4));
      case 0xdc: return this.#array(this.#unsigned(2), depth);
      case 0xdd: return this.#array(this.#unsigned(4), depth);
      case 0xde: return this.#object(this.#unsigned(2), depth);
      case 0xdf: return this.#object(this.#unsigned(4), depth);
      default: throw new SyntaxError(`0x${first.toString(16)} is not for the feed`);
    }
  }

  #unsigned(width) {
    const at = this.#take(width);
    if (width === 1) return this.#view.getUint8(at);
    return width === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #string(size) {
    const at = this.#take(size);
    try {
      return text.decode(this.#octets.subarray(at, at + size));
    } catch {
      throw new SyntaxError(`no UTF-8, at ${at}`);
    }
  }

  #array(count, depth) {
    const items = [];
    // Not `new Array(count)`: a count costs its sender nothing, the memory would be ours.
    for (let number = 0; number < count; number++) items.push(this.read(depth + 1));
    return items;
  }

  #object(count, depth) {
    // Without a prototype, so that the key "__proto__" is a key like any other.
    const object = Object.create(null);
    for (let number = 0; number < count; number++) {
      const key = this.read(depth + 1);
      if (typeof key !== "string") throw new SyntaxError(`a key is no string, at ${this.at}`);
      object[key] = this.read(depth + 1);
    }
    return object;
  }
}

function exact(big) {
  const number = Number(big);
  if (!Number.isSafeInteger(number)) throw new SyntaxError(`${big} is too long to be exact`);
  return number;
}
