/** What everything is compared to: a server that reads the body and answers. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((request, response) => {
  request.on('data', () => {})
  request.on('end', () => {
    response.writeHead(202, { 'content-type': 'application/json' })
    response.end('{"accepted":1,"rejected":[]}')
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(`running on http://localhost:${(server.address() as AddressInfo).port} </script>`)
})
