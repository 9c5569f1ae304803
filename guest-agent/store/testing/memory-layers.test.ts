import { layerStoreSuite } from './layers-suite.ts';
import { MemoryLayers } from './memory-layers.ts';

layerStoreSuite(async () => new MemoryLayers());
