import { expect, test } from 'vitest'
import { networkOf } from '../../../collector/http/address.ts'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7'],
  ['2001:0DB8:0:0007::1', '2001:db8:0:7'],
  ['[2001:db8:0:7::1]:4711', '2001:db8:0:7'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
  ['unknown', 'unknown'],
])('%s is of the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
