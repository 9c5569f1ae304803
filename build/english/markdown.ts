import { blank, oneWord, type Passage } from './passage.ts';

/** The passages of a Markdown page: paragraphs, list items, headings and cells of tables. */
export function markdownPassages(page: string): Passage[] {
  const passages: Passage[] = [];
  let paragraph: { line: number; lines: string[] } | undefined;
  let fence: string | undefined;

  const endParagraph = () => {
    if (paragraph !== undefined) {
      const text = readableText(paragraph.lines.join('\n'));
      passages.push({ kind: 'prose', text, line: paragraph.line });
    }
    paragraph = undefined;
  };

  for (const [index, source] of page.split('\n').entries()) {
    const line = index + 1;
    const mark = /^\s*(```+|~~~+)/.exec(source)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
      continue;
    }
    if (mark !== undefined) {
      endParagraph();
      fence = mark;
    } else if (/^\s*$/.test(source)) {
      endParagraph();
    } else if (/^#+ /.test(source)) {
      endParagraph();
      passages.push({ kind: 'heading', text: readableText(source.replace(/^#+/, blank)), line });
    } else if (/^\s*\|/.test(source)) {
      endParagraph();
      // `\|` is part of a cell. The row with the dashes has no words.
      for (const cell of source.split(/(?<!\\)\|/)) {
        if (/[a-z]/i.test(cell)) passages.push({ kind: 'cell', text: readableText(cell), line });
      }
    } else {
      const item = /^\s*(?:[-*+]|\d+\.) +/.exec(source)?.[0] ?? '';
      if (item !== '') endParagraph();
      paragraph ??= { line, lines: [] };
      paragraph.lines.push(blank(item) + source.slice(item.length));
    }
  }
  endParagraph();
  return passages;
}

/** Code becomes one word, addresses of links and marks of emphasis become spaces. */
function readableText(text: string): string {
  return text
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, oneWord)
    .replace(/!?\[(?=[^\]]*\]\()/g, blank)
    .replace(/\]\([^)]*\)/g, blank)
    .replace(/\*\*|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)/g, (mark, at: number, whole: string) =>
      mark === '_' && (whole[at - 1] === '_' || whole[at + 1] === '_') ? mark : blank(mark),
    );
}
