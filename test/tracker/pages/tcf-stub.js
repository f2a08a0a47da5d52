// What a consent tool of IAB's framework has a page call until it has loaded.
import stub from '@iabtcf/stub'

stub()
