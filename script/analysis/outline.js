// What remora learns of a script before it runs it. Runs in an engine of its own beside acorn, never in the
// script's. ES5, as the engine that runs it.
//
//   outline(source) -> {
//     error:      {line, column, reason} when the source is not ES5, and nothing else
//     undeclared: names that are assigned somewhere and declared nowhere
//     free:       names that are read somewhere and declared nowhere
//     declared:   names declared at the top level
//     usesShared: the script can see what other scripts do: `this`, jobs beyond schedule, eval
//     packetFields: the members of its argument that onPacketCaptured reads, when it can be shown to do nothing
//                 else with it; null otherwise
//   }
(function (acorn) {
  'use strict';

  var options5 = { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: true, locations: true };

  // ------------------------------------------------------------------------------------------------ errors

  var newerSyntax = {
    ArrowFunctionExpression: 'arrow functions',
    TemplateLiteral: 'template literals',
    ClassDeclaration: 'classes',
    ClassExpression: 'classes',
    ForOfStatement: 'for...of',
    SpreadElement: 'spread (...)',
    RestElement: 'rest parameters',
    ObjectPattern: 'destructuring',
    ArrayPattern: 'destructuring',
    AssignmentPattern: 'default values of parameters',
    AwaitExpression: 'await',
    YieldExpression: 'generators',
    ImportDeclaration: 'import',
    ImportExpression: 'import()',
    ExportNamedDeclaration: 'export',
    ExportDefaultDeclaration: 'export',
    ExportAllDeclaration: 'export',
    ChainExpression: 'optional chaining (?.)'
  };

  function newerName(node) {
    if (newerSyntax[node.type]) return newerSyntax[node.type];
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') return node.kind;
    if (/Function/.test(node.type) && node.async) return 'async functions';
    if (/Function/.test(node.type) && node.generator) return 'generators';
    if (node.type === 'Property' && (node.shorthand || node.method || node.computed)) return 'short object members';
    if (node.type === 'LogicalExpression' && node.operator === '??') return 'the operator ??';
    if (node.type === 'BinaryExpression' && node.operator === '**') return 'the operator **';
    return null;
  }

  // The first place of a newer language, when the source is valid in a newer language.
  function findNewer(source) {
    var tree, kind, found = null;
    for (kind in { script: 1, module: 1 }) {
      try {
        tree = acorn.parse(source, {
          ecmaVersion: 'latest', sourceType: kind, allowReturnOutsideFunction: true, locations: true
        });
        break;
      } catch (e) { tree = null; }
    }
    if (!tree) return null;
    visit(tree, function (node) {
      var name = newerName(node);
      if (name && (!found || node.start < found.start)) {
        found = { start: node.start, name: name, line: node.loc.start.line, column: node.loc.start.column + 1 };
      }
    });
    return found;
  }

  function syntaxError(source, thrown) {
    if (!thrown || !thrown.loc) throw thrown;
    var newer = findNewer(source);
    if (newer) {
      return {
        line: newer.line, column: newer.column,
        reason: newer.name + ': scripts are ECMAScript 5 (ES5), which does not have ' +
          (newer.name === 'let' || newer.name === 'const' ? 'it; use var' : 'this')
      };
    }
    return {
      line: thrown.loc.line, column: thrown.loc.column + 1,
      reason: 'SyntaxError: ' + String(thrown.message).replace(/ \(\d+:\d+\)$/, '')
    };
  }

  // ------------------------------------------------------------------------------------------- walking a tree

  function eachChild(node, f) {
    for (var key in node) {
      var child = node[key];
      if (!child || typeof child !== 'object' || key === 'loc') continue;
      if (child instanceof Array) {
        for (var i = 0; i < child.length; i++) if (child[i] && child[i].type) f(child[i], key);
      } else if (child.type) {
        f(child, key);
      }
    }
  }

  function visit(node, f) {
    f(node);
    eachChild(node, function (child) { visit(child, f); });
  }

  function isFunction(node) { return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression'; }

  // -------------------------------------------------------------------------------------------------- scopes

  function makeScope(parent) { return { parent: parent, names: Object.create(null) }; }

  // Declares what `var` and function declarations put into a function's scope; does not enter inner functions.
  function declareIn(scope, node) {
    if (node.type === 'VariableDeclaration') {
      for (var i = 0; i < node.declarations.length; i++) scope.names[node.declarations[i].id.name] = true;
    }
    if (node.type === 'FunctionDeclaration') scope.names[node.id.name] = true;
    if (isFunction(node)) return;
    eachChild(node, function (child) { declareIn(scope, child); });
  }

  function resolve(scope, name) {
    for (; scope; scope = scope.parent) if (scope.names[name]) return scope;
    return null;
  }

  // Calls f(identifier, scope, parent, key) for every reference to a variable, f(null, scope, node) for every
  // other node that matters here (this, with).
  function eachReference(tree, f) {
    var top = makeScope(null);
    eachChild(tree, function (child) { declareIn(top, child); });

    function enterFunction(node, scope) {
      var own = makeScope(scope);
      if (node.type === 'FunctionExpression' && node.id) own.names[node.id.name] = true;
      own = makeScope(own);
      own.node = node;
      own.names['arguments'] = true;
      for (var i = 0; i < node.params.length; i++) own.names[node.params[i].name] = true;
      eachChild(node.body, function (child) { declareIn(own, child); });
      walk(node.body, own, node, 'body');
    }

    function walk(node, scope, parent, key) {
      if (isFunction(node)) return enterFunction(node, scope);
      if (node.type === 'Identifier') return f(node, scope, parent, key);
      if (node.type === 'MemberExpression' && !node.computed) return walk(node.object, scope, node, 'object');
      if (node.type === 'Property') return walk(node.value, scope, node, 'value');
      if (node.type === 'LabeledStatement') return walk(node.body, scope, node, 'body');
      if (node.type === 'BreakStatement' || node.type === 'ContinueStatement') return;
      if (node.type === 'CatchClause') {
        var inner = makeScope(scope);
        inner.node = scope.node;
        inner.names[node.param.name] = true;
        return walk(node.body, inner, node, 'body');
      }
      if (node.type === 'VariableDeclarator') {
        if (node.init) walk(node.init, scope, node, 'init');
        return;
      }
      f(null, scope, node, key);
      eachChild(node, function (child, childKey) { walk(child, scope, node, childKey); });
    }

    eachChild(tree, function (child) { walk(child, top, tree, 'body'); });
    return top;
  }

  function isAssigned(parent, key) {
    return (parent.type === 'AssignmentExpression' && key === 'left') || parent.type === 'UpdateExpression' ||
      (parent.type === 'ForInStatement' && key === 'left');
  }

  // ---------------------------------------------------------------------------------------- the packet hook

  // The one function that onPacketCaptured can ever be, or null.
  function packetHook(tree, assigned) {
    var found = null, i, j;
    if (assigned['onPacketCaptured']) return null;
    for (i = 0; i < tree.body.length; i++) {
      var node = tree.body[i];
      if (node.type === 'FunctionDeclaration' && node.id.name === 'onPacketCaptured') {
        if (found) return null;
        found = node;
      }
      if (node.type !== 'VariableDeclaration') continue;
      for (j = 0; j < node.declarations.length; j++) {
        if (node.declarations[j].id.name !== 'onPacketCaptured') continue;
        if (found || !node.declarations[j].init || !isFunction(node.declarations[j].init)) return null;
        found = node.declarations[j].init;
      }
    }
    return found;
  }

  // Which members of its argument a hook reads, if plain reads of members are all it does with it. `references`
  // are all references of the script, `hook` the function.
  function fieldsRead(hook, references) {
    if (!hook.params.length) return [];
    var name = hook.params[0].name, fields = Object.create(null), i;
    for (i = 1; i < hook.params.length; i++) if (hook.params[i].name === name) return null;
    for (i = 0; i < references.length; i++) {
      var r = references[i], home = resolve(r.scope, r.node.name);
      if (r.node.name === 'arguments' && home && home.node === hook) return null;
      if (r.node.name !== name || !home || home.node !== hook) continue;
      if (r.scope.node !== hook) return null; // seen from an inner function, which may run later
      var member = r.parent;
      if (member.type !== 'MemberExpression' || r.key !== 'object' || member.computed) return null;
      if (member.written || /^__/.test(member.property.name)) return null;
      fields[member.property.name] = true;
    }
    return Object.keys(fields);
  }

  // Member expressions that are assigned, deleted, updated or called: the object sees more than a read.
  function markWritten(node, key, child) {
    if (child.type === 'MemberExpression' &&
        (isAssigned(node, key) || (node.type === 'UnaryExpression' && node.operator === 'delete') ||
         (node.type === 'CallExpression' && key === 'callee') || (node.type === 'NewExpression' && key === 'callee'))) {
      child.written = true;
    }
  }

  // A variable or function of the hook's own that has the name of its argument takes the argument's place.
  function redeclares(hook) {
    if (!hook.params.length) return false;
    var inside = makeScope(null);
    eachChild(hook.body, function (child) { declareIn(inside, child); });
    return !!inside.names[hook.params[0].name];
  }

  // ------------------------------------------------------------------------------------------------- outline

  return function outline(source) {
    var tree;
    try {
      tree = acorn.parse(source, options5);
    } catch (e) {
      return JSON.stringify({ error: syntaxError(source, e) });
    }
    var references = [], assigned = Object.create(null), undeclared = Object.create(null), free = Object.create(null);
    var dynamic = false, usesShared = false;

    visit(tree, function (node) { eachChild(node, function (child, key) { markWritten(node, key, child); }); });
    var top = eachReference(tree, function (node, scope, parent, key) {
      if (!node) {
        if (parent.type === 'ThisExpression') usesShared = true;
        if (parent.type === 'WithStatement') dynamic = true;
        return;
      }
      references.push({ node: node, scope: scope, parent: parent, key: key });
      if (isAssigned(parent, key)) assigned[node.name] = true;
      if (resolve(scope, node.name)) return;
      if (isAssigned(parent, key)) undeclared[node.name] = true;
      free[node.name] = true;
      if (node.name === 'eval' || node.name === 'Function') dynamic = true;
      if (node.name === 'jobs' && !(parent.type === 'MemberExpression' && key === 'object' && !parent.computed &&
                                    parent.property.name === 'schedule')) {
        usesShared = true;
      }
    });

    var hook = packetHook(tree, assigned);
    return JSON.stringify({
      undeclared: Object.keys(undeclared),
      free: Object.keys(free),
      declared: Object.keys(top.names),
      usesShared: usesShared || dynamic,
      packetFields: hook && !dynamic && !redeclares(hook) ? fieldsRead(hook, references) : null
    });
  };
})(acorn)
