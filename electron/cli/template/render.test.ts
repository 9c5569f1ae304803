import { expect, test } from 'vitest';
import { compileTemplate } from './render.ts';

const data = {
  Name: 'web',
  Count: 2,
  Env: ['A=1', 'B=2'],
  Labels: { b: '2', a: '1' },
  Nothing: null,
  State: { Status: 'running', Health: { Log: [{ Code: 0 }] } },
  Label: (name: string) => `label ${name}`,
};

test.each([
  ['plain', 'plain'],
  ['{{.Name}}:{{ .Count }}', 'web:2'],
  ['{{.State.Health.Log}}', '[map[Code:0]]'],
  ['{{.Labels}} {{.Env}} {{.Nothing}}', 'map[a:1 b:2] [A=1 B=2] <no value>'],
  ['{{json .Labels}}', '{"b":"2","a":"1"}'],
  ['{{range .Env}}{{.}};{{end}}', 'A=1;B=2;'],
  ['{{range $i, $e := .Env}}{{$i}}{{$e}} {{end}}', '0A=1 1B=2 '],
  ['{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}', 'a=1 b=2 '],
  ['{{range .Nothing}}x{{else}}none{{end}}', 'none'],
  ['{{if eq .Name "web" "api"}}yes{{else}}no{{end}}', 'yes'],
  ['{{if .Nothing}}a{{else if gt .Count 1}}b{{else}}c{{end}}', 'b'],
  ['{{if and .Name (not .Nothing)}}both{{end}}', 'both'],
  ['{{with .State}}{{.Status}} of {{$.Name}}{{end}}', 'running of web'],
  ['{{$n := len .Env}}{{$n}} {{printf "%-5s|%q" .Name .Name}}', '2 web  |"web"'],
  ['{{(index .State.Health.Log 0).Code}} {{index .Labels "a"}}', '0 1'],
  ['{{.Name | upper | printf "%s!"}}', 'WEB!'],
  ['{{join .Env ", "}} {{.Label "x"}}', 'A=1, B=2 label x'],
  ['a {{- .Name -}} b{{/* note */}}', 'awebb'],
  ['{{println .Name}}', 'web\n'],
])('%s', (template, expected) => {
  expect(compileTemplate(template)(data)).toBe(expected);
});

test.each([
  ['{{.Nope}}', 'field "Nope" doesn\'t exist'],
  ['{{.Name', 'missing "}}"'],
  ['{{if .Name}}', 'missing {{end}}'],
  ['{{end}}', 'unexpected {{end}}'],
  ['{{nope .Name}}', 'function "nope" is not defined'],
  ['{{$x}}', 'variable $x is not defined'],
  ['{{index .Env 7}}', 'index 7 is out of range'],
  ['{{.Name ;}}', 'unexpected ";"'],
])('rejects %s', (template, reason) => {
  expect(() => compileTemplate(template)(data)).toThrow(`the template is not valid: ${reason}`);
});
