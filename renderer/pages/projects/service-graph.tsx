import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { StateDot } from '../../components/state-dot.tsx';
import { type GraphEdge, layoutGraph, NODE } from './graph-layout.ts';
import classes from './service-graph.module.css';
import { type ServiceRow, serviceState } from './service-rows.ts';

/** Space around the drawing, for focus rings. */
const MARGIN = 16;

interface ServiceGraphProps {
  readonly rows: readonly ServiceRow[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string) => void;
}

/** What a service waits for, in a word. A plain start needs none. */
const CONDITIONS: Readonly<Record<GraphEdge['condition'], string>> = {
  service_started: '',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

/**
 * Services in the order of their start. The services are a list of buttons, so a keyboard reaches
 * them and a screen reader reads the dependencies; only the lines are a drawing.
 */
export function ServiceGraph({ rows, chosen, onChoose }: ServiceGraphProps) {
  const services = rows.map(({ name, content }) => ({
    name,
    dependsOn: content?.dependsOn ?? [],
  }));
  const { width, height, nodes, edges } = layoutGraph(services);
  const networks = new Set(rows.flatMap(({ content }) => content?.networks ?? []));
  const size = { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  return (
    <div className={classes.frame}>
      <div className={classes.graph} style={size}>
        <svg className={classes.lines} {...size} aria-hidden="true">
          <g transform={`translate(${MARGIN} ${MARGIN})`}>
            {edges.map((edge) => (
              <Edge
                key={`${edge.from} ${edge.to}`}
                edge={edge}
                active={edge.from === chosen || edge.to === chosen}
              />
            ))}
          </g>
        </svg>
        <ul className={classes.nodes} aria-label="Services, in the order of their start">
          {nodes.map(({ name, x, y }) => {
            const row = rows.find((each) => each.name === name);
            if (!row) return null;
            return (
              <li
                key={name}
                className={classes.place}
                style={{ left: x + MARGIN, top: y + MARGIN, ...NODE }}
              >
                <Node
                  row={row}
                  // One network for all says nothing.
                  networks={networks.size > 1 ? (row.content?.networks ?? []) : []}
                  chosen={name === chosen}
                  onChoose={() => onChoose(name)}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function Edge({ edge, active }: { readonly edge: GraphEdge; readonly active: boolean }) {
  const { start, end, condition } = edge;
  const bend = Math.max(30, Math.abs(end.x - start.x) / 2);
  // Lines arrive horizontally.
  const tip = `M${end.x - 9} ${end.y - 4.5} L${end.x - 1} ${end.y} L${end.x - 9} ${end.y + 4.5} Z`;
  const path = `M${start.x} ${start.y} C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x - 6} ${end.y}`;
  return (
    <g data-active={active || undefined} className={classes.edge}>
      <path d={path} className={classes.line} />
      <path d={tip} className={classes.arrow} />
      {CONDITIONS[condition] !== '' && (
        <text
          x={(start.x + end.x) / 2}
          y={(start.y + end.y) / 2}
          dy="0.35em"
          className={classes.condition}
        >
          {CONDITIONS[condition]}
        </text>
      )}
    </g>
  );
}

interface NodeProps {
  readonly row: ServiceRow;
  readonly networks: readonly string[];
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Node({ row, networks, chosen, onChoose }: NodeProps) {
  const { name, containers, content } = row;
  const { tone, text } = serviceState(row);
  const waits = (content?.dependsOn ?? []).map(
    ({ service, condition }) =>
      `${service}${CONDITIONS[condition] && ` (${CONDITIONS[condition]})`}`,
  );
  return (
    <UnstyledButton
      className={classes.node ?? ''}
      data-tone={tone}
      aria-pressed={chosen}
      onClick={onChoose}
    >
      <span className={classes.heading}>
        <StateDot tone={tone} />
        <span className={classes.name} title={name}>
          {name}
        </span>
        {containers.length > 1 && <span className={classes.quiet}>×{containers.length}</span>}
      </span>
      <span className={classes.quiet}>{text}</span>
      {networks.length > 0 && (
        <span className={classes.quiet} title={`Networks: ${networks.join(', ')}`}>
          <VisuallyHidden>Networks: </VisuallyHidden>
          {networks.join(' · ')}
        </span>
      )}
      {waits.length > 0 && <VisuallyHidden>Waits for {waits.join(', ')}</VisuallyHidden>}
    </UnstyledButton>
  );
}
