// Says the same in fewer bytes than a minifier dares to, for a script that every visitor downloads.
import { Script } from 'node:vm'
import ts from 'typescript'

const LOOSE = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.EqualsEqualsToken],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken],
])

/**
 * A rollup plugin. `const` becomes `let`, so that declarations join; names of texts and numbers become these; templates
 * become sums; a function that is but a step of another one is written out there; the others become arrow functions, unless
 * they have a `this` of their own, and give back what a body of expressions comes to, which nobody looks at where it is not
 * returned. Functions are called only once all are declared: they come first, the entry last.
 * @param order the functions by name: what compresses best depends on which are neighbours
 */
export function shorten(order) {
  return { name: 'shorten', renderChunk: (code) => ({ code: shortened(code, order), map: null }) }
}

/**
 * A rollup plugin. What is declared by `let` alone keeps to itself in a block, as well as in a function. Refuses what is no
 * script: terser overlooks that a parameter which is never read has the name of a variable beside it.
 */
export function inBlock() {
  return {
    name: 'in-block',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        chunk.code = `{${chunk.code.trim().replace(/;$/, '')}}`
        try {
          new Script(chunk.code)
        } catch (cause) {
          throw new Error(`.build/names.js no longer suits the source: run node .build/fit.js (${cause.message})`, {
            cause,
          })
        }
      }
    },
  }
}

function shortened(code, order) {
  const source = ts.createSourceFile('bundle.js', code, ts.ScriptTarget.ES2018, true)
  const constants = constantsIn(source)
  const steps = stepsIn(source)
  const { transformed } = ts.transform(source, [
    () => (root) => ts.factory.updateSourceFile(root, inOrder(root.statements, order)),
    (context) => (root) => ts.visitNode(root, visitWith(context, constants, steps)),
  ])
  return ts.createPrinter().printFile(transformed[0])
}

/** Functions come first, as JavaScript itself has them; in the order asked for. */
function inOrder(statements, order) {
  const functions = statements.filter(ts.isFunctionDeclaration)
  const rank = ({ name }) => order.indexOf(name.text)
  return [...functions.sort((a, b) => rank(a) - rank(b)), ...statements.filter((each) => !functions.includes(each))]
}

/** The literals that names stand for; a bundle gives no two things one name. */
function constantsIn(source) {
  const constants = new Map()
  const look = (node) => {
    if (ts.isVariableDeclarationList(node) && node.flags & ts.NodeFlags.Const)
      for (const { name, initializer } of node.declarations)
        if (/^[A-Z_]+(\$\d+)?$/.test(name.text ?? '') && initializer) constants.set(name.text, initializer)
    ts.forEachChild(node, look)
  }
  look(source)
  return constants
}

/** Functions that are a step of another one: called once, for what they do, with what is called as their parameters are. */
function stepsIn(source) {
  const steps = new Map()
  for (const declaration of source.statements.filter(ts.isFunctionDeclaration)) {
    const name = declaration.name.text
    const uses = identifiersIn(source).filter((each) => each.text === name && each !== declaration.name)
    const [call] = uses.map(({ parent }) => parent)
    if (uses.length !== 1 || !ts.isCallExpression(call) || !ts.isExpressionStatement(call.parent)) continue
    if (!call.arguments.every(ts.isIdentifier) || !isPlain(declaration)) continue
    const given = call.arguments.map(({ text }) => text)
    const wanted = declaration.parameters.map((parameter) => parameter.name.text)
    if (String(given) !== String(wanted) || returns(declaration.body) || isShadowed(declaration, call, wanted)) continue
    steps.set(name, declaration)
  }
  return steps
}

/** Whether nothing in it means something else once it is no function of its own. */
function isPlain(declaration) {
  const areNames = declaration.parameters.every(
    ({ name, initializer, dotDotDotToken }) => ts.isIdentifier(name) && !initializer && !dotDotDotToken,
  )
  const isAsync = declaration.modifiers?.length || declaration.asteriskToken
  return areNames && !isAsync && !hasThis(declaration) && !namesArguments(declaration)
}

function identifiersIn(node) {
  const found = []
  const look = (each) => {
    if (ts.isIdentifier(each)) found.push(each)
    ts.forEachChild(each, look)
  }
  look(node)
  return found
}

function returns(node) {
  return Boolean(
    ts.forEachChild(node, (child) => ts.isReturnStatement(child) || (!ts.isFunctionLike(child) && returns(child))),
  )
}

/** Whether a name of the function's would mean something else where it is called. */
function isShadowed(declaration, call, wanted) {
  const own = new Set(identifiersIn(declaration.body).map(({ text }) => text))
  for (let scope = call.parent; scope.parent; scope = scope.parent) {
    if (!ts.isFunctionLike(scope)) continue
    const declared = identifiersIn(scope).filter(
      ({ parent, text }) =>
        (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) && own.has(text),
    )
    if (declared.some(({ text }) => !wanted.includes(text))) return true
  }
  return false
}

function visitWith(context, constants, steps) {
  const { factory } = context
  const let_ = (declarations) => factory.createVariableDeclarationList(declarations, ts.NodeFlags.Let)
  const arrow = (node, body) => {
    if (node.modifiers?.length || node.asteriskToken || namesArguments(node))
      throw new Error(`not to be shortened, as it is async, a generator or names its arguments: ${node.name?.text}`)
    return factory.createArrowFunction(undefined, undefined, node.parameters, undefined, undefined, body)
  }

  return function visit(node) {
    if (ts.isVariableStatement(node) && node.declarationList.declarations.every(({ name }) => constants.has(name.text)))
      return undefined
    if (ts.isFunctionDeclaration(node) && steps.has(node.name.text)) return undefined
    const step = ts.isExpressionStatement(node) && steps.get(node.expression.expression?.text)
    if (step) return visit(step.body)
    if (ts.isIdentifier(node) && constants.has(node.text)) return visit(constants.get(node.text))
    const visited = ts.visitEachChild(node, visit, context)
    if (ts.isVariableDeclarationList(visited) && visited.flags & ts.NodeFlags.Const) return let_(visited.declarations)
    if (ts.isBinaryExpression(visited)) return loose(visited)
    if (ts.isTemplateExpression(visited)) return sum(visited)
    if (ts.isArrowFunction(visited)) return arrow(visited, shortBody(visited.body))
    if (hasThis(node)) return visited
    if (ts.isFunctionDeclaration(visited)) {
      const declaration = factory.createVariableDeclaration(
        visited.name,
        undefined,
        undefined,
        arrow(visited, shortBody(visited.body)),
      )
      return factory.createVariableStatement(undefined, let_([declaration]))
    }
    if (ts.isMethodDeclaration(visited))
      return factory.createPropertyAssignment(visited.name, arrow(visited, shortBody(visited.body)))
    return visited
  }
}

/** Nothing in the tracker is compared with what only a conversion would make its like. */
function loose(comparison) {
  const operator = LOOSE.get(comparison.operatorToken.kind)
  return operator ? ts.factory.createBinaryExpression(comparison.left, operator, comparison.right) : comparison
}

function sum({ head, templateSpans }) {
  const { factory } = ts
  const terms = templateSpans.flatMap(({ expression, literal }) => [
    factory.createParenthesizedExpression(expression),
    ...(literal.text ? [factory.createStringLiteral(literal.text)] : []),
  ])
  return terms.reduce((left, right) => factory.createAdd(left, right), factory.createStringLiteral(head.text))
}

function shortBody(body) {
  const statements = ts.isBlock(body) ? body.statements : []
  if (statements.length === 0 || !statements.every(ts.isExpressionStatement)) return body
  const all = ts.factory.inlineExpressions(statements.map(({ expression }) => expression))
  return ts.factory.createParenthesizedExpression(all)
}

function namesArguments(node) {
  return (ts.isIdentifier(node) && node.text === 'arguments') || Boolean(ts.forEachChild(node, namesArguments))
}

/** Of its own: a function within has another one. */
function hasThis(node) {
  return Boolean(
    ts.forEachChild(node, (child) => {
      if (child.kind === ts.SyntaxKind.ThisKeyword) return true
      return !ts.isFunctionDeclaration(child) && !ts.isFunctionExpression(child) && hasThis(child)
    }),
  )
}
