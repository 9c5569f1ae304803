import type { Passage } from './passage.ts';

/** A phrase that we don't write, and what to write instead. */
export interface Rule {
  /** Matches the phrase; a space stands for any white space. */
  readonly phrase: RegExp;
  readonly instead: string;
  /** The kinds of passages that the rule covers. The default is all kinds. */
  readonly kinds?: readonly Passage['kind'][];
  /** The word is fine in text for maintainers, where it names a process or a folder of the code. */
  readonly onlyForUsers?: true;
}

const sentences: readonly Passage['kind'][] = ['prose', 'cell', 'string', 'comment'];

const causedVerbs =
  'answer|ask|begin|build|call|close|count|end|fail|find|follow|forget|give|go|keep|know|look|make|' +
  'open|pull|read|remove|run|say|see|send|show|speak|start|stop|take|tell|try|use|wait|write';

export const rules: readonly Rule[] = [
  {
    phrase: phrase(
      '(?<!\\bthere (?:\\w+ )?)\\b(?:is|are|was|were|be|been) no\\b' +
        '(?! (?:longer|more|less|fewer|later|earlier|larger|smaller|better|worse|different)\\b)',
    ),
    instead: '"isn\'t an X", "is not a valid X"',
  },
  { phrase: phrase('\\bso (?:many|often|few)\\b'), instead: 'the number or the limit' },
  {
    phrase: phrase('\\b(?:go|goes|went|gone|going) on\\b(?! (?:a|an|the) )'),
    instead: '"continue", "keep running", "resume"',
  },
  {
    phrase: phrase('\\bby (?:itself|themselves|oneself|himself)\\b'),
    instead: '"automatically", or which program or event does it',
  },
  {
    phrase: phrase(
      '\\b(?:has|have|having) (?:it|them|you|him|others|another|somebody|' +
        `(?:the|other|its|their|each|every|all|another) \\w+) (?:${causedVerbs})(?: on)?\\b(?! of\\b)`,
    ),
    instead: '"tells X to do Y", or make X the subject',
  },
  { phrase: phrase('\\bwho(?:m)?ever\\b'), instead: '"anyone who", or the person' },
  {
    phrase: phrase('(?<!\\bimport )\\bwhom\\b'),
    instead: 'a sentence with the person as its subject',
  },
  { phrase: phrase('\\b(?:such (?:a )?ones?|the ones? of)\\b'), instead: 'the noun again' },
  {
    phrase: phrase('\\btold\\b(?! to \\w)'),
    instead: '"shown", "reported", "notified", or who says what',
  },
  {
    phrase: phrase('\\b(?:is|are|was|were|where|when|if) left empty\\b|(?<!\\[)\\bleft out\\b'),
    instead: '"omitted", "skipped", "not set", "empty fields"',
  },
  {
    phrase: phrase('\\bas (?:the|its|an|every) \\w+ (?:has|have) (?:it|them)\\b'),
    instead: '"with the X\'s defaults", "unchanged"',
  },
  {
    phrase: phrase('\\bnor (?:is|are|was|were|does|do|did|can|may|has|have|will|must)\\b'),
    instead: 'a new sentence with its own subject',
  },
  {
    phrase: phrase('\\b(?:ones?|it|they|that|those|them) neither(?=[.;,]|$)'),
    instead: 'both nouns in the main clause, or "X doesn\'t either"',
  },
  {
    phrase: opening('(?:Should|should|Were|were) (?:the|an?|it|they|its|this|that)\\b'),
    instead: '"If ..."',
    kinds: sentences,
  },
  {
    phrase: opening('Of (?!course\\b)'),
    instead: 'the subject first',
    kinds: sentences,
  },
  {
    phrase: opening('(?:What|Who|Whose) [^?]*[.:;]'),
    instead: 'the noun that "what" or "who" stands for',
    kinds: ['prose'],
  },
  { phrase: phrase('\\banew\\b'), instead: '"again", "a new X"' },
  {
    phrase: phrase(
      '\\bfor what (?:is|are|was|has|had|does|goes|fails|happens|knows|loses|needs|reads|runs)\\b',
    ),
    instead: 'the noun that "what" stands for',
  },
  { phrase: phrase('\\bcomputers?\\b'), instead: '"host", or "your Mac or PC"' },
  { phrase: phrase('\\bdoors?\\b'), instead: '"connection", "socket", "API"' },
  {
    phrase: phrase('\\bsupervisors?\\b'),
    instead: '"Berth", or "the background process"',
    onlyForUsers: true,
  },
  {
    phrase: phrase('(?<!\\b(?:web|call) )\\bsites?\\b'),
    instead: '"container address", "website"',
    onlyForUsers: true,
  },
];

function phrase(source: string): RegExp {
  return new RegExp(source.replaceAll(' ', '\\s+'), 'gi');
}

/** At the beginning of a sentence, or of a part of one. */
function opening(source: string): RegExp {
  return new RegExp(`(?<=^\\s*|[.:;]\\s+)${source.replaceAll(' ', '\\s+')}`, 'g');
}
