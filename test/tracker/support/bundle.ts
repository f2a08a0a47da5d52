import { build } from 'rolldown'

/** A page's own script with the packages that it imports, for a `<script type="module">`. */
export async function bundle(input: string): Promise<string> {
  const { output } = await build({
    input,
    write: false,
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'silent',
  })
  return output[0].code
}
